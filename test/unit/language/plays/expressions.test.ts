import type { Json } from '../../../../src/flow';
import { fromGoLayout } from '../../../../src/language/forms/plays/expressions/go-layout';
import { aLayer, issuesOf, play, valueOf } from './support';

const ARGS = { name: 'Ada', n: 6, m: 4, list: ['a', 'b'], deep: { items: [{ id: 7 }] }, 'a-b': 1, day: '2026-11-24T08:30:00Z' };

test.each<[string, Json]>([
  ['{{ $prev.args.name }}', 'Ada'],
  ['{{ $prev.input.n }}', 6],
  ['Dear {{ $prev.args.name }}, {{ $prev.args.n }}', 'Dear Ada, 6'],
  ['{{ $prev.args.deep.items[0].id }}', 7],
  ['{{ $prev.args["a-b"] }}', 1],
  ['{{ $prev.args.a-b }}', 1],
  ['{{ $flowId }}', 'flow_1'],
  ['{{ upper $prev.args.name }}', 'ADA'],
  ['{{ lower (upper $prev.args.name) }}', 'ada'],
  ['{{ trim "  x " }}', 'x'],
  ['{{ replace "a-b-c" "-" "+" }}', 'a+b+c'],
  ['{{ split "a,b" "," }}', ['a', 'b']],
  ['{{ join $prev.args.list "/" }}', 'a/b'],
  ['{{ contains $prev.args.name "d" }}', true],
  ['{{ hasPrefix $prev.args.name "A" }}', true],
  ['{{ hasSuffix $prev.args.name "A" }}', false],
  ['{{ len $prev.args.list }}', 2],
  ['{{ add $prev.args.n 1 }}', 7],
  ['{{ add 1 2 3 }}', 6],
  ['{{ sub $prev.args.n $prev.args.m }}', 2],
  ['{{ mul $prev.args.n 2 }}', 12],
  ['{{ div $prev.args.n $prev.args.m }}', 1.5],
  ['{{ mod $prev.args.n $prev.args.m }}', 2],
  ['{{ mul (add 1 2) (sub 5 1) }}', 12],
  ['{{ eq $prev.args.n "6" }}', true],
  ['{{ ne $prev.args.n 6 }}', false],
  ['{{ gt $prev.args.n 5 }}', true],
  ['{{ gte $prev.args.n 6 }}', true],
  ['{{ lt $prev.args.n 5 }}', false],
  ['{{ lte $prev.args.n 6 }}', true],
  ['{{ and (gt $prev.args.n 5) (lt $prev.args.n 10) }}', true],
  ['{{ or (gt $prev.args.n 9) false }}', false],
  ['{{ not (eq 1 1) }}', false],
  ['{{ -1.5 }}', -1.5],
  ['{{ null }}', null],
  ['{{ `a "raw" text` }}', 'a "raw" text'],
  ['{{ $date.now }}', '1970-01-01T00:00:01.000Z'],
  ['{{ $date.format $prev.args.day "02 Jan 2006 at 15:04" }}', '24 Nov 2026 at 08:30'],
  ['{{ $date.unix $prev.args.day }}', 1_795_509_000],
  ['{{ $date.addDays $prev.args.day -1 }}', '2026-11-23T08:30:00.000Z'],
  ['{{ $rand.int 4 4 }}', 4],
  ['{{ len $rand.uuid }}', 36],
  ['{{ len ($rand.string 12) }}', 12],
  ['{{ len $rand.cuid }}', 25],
  ['{{ $q.urlencode "a b" }}', 'a%20b'],
  ['{{ $q.base64 "hi" }}', 'aGk='],
  ['{{ $q.jsonStringify $prev.args.list }}', '["a","b"]'],
  ['{{ $q.jsonParse "[1]" }}', [1]],
  // What our own templates and CEL would read in their way stays text.
  ['${input.n}', '${input.n}'],
  ['${x} {{ $prev.args.n }}', '${x} 6'],
  ['a\\{{ $prev.args.n }}', 'a\\6'],
  ['{{ "}} not the end" }}', '}} not the end'],
])('%s', (text, expected) => {
  expect(valueOf(text, ARGS)).toEqual(expected);
});

test.each([
  ['{{ $prev.nobody.x }}', 'unknown_node'],
  ['{{ $prev }}', 'expression_syntax'],
  ['{{ $steps.a }}', 'unknown_root'],
  ['{{ $item.x }}', 'unknown_root'],
  ['{{ shout $prev.args.name }}', 'unknown_function'],
  ['{{ upper }}', 'expression_syntax'],
  ['{{ upper "a" "b" }}', 'expression_syntax'],
  ['{{ $prev.args.a + 1 }}', 'expression_syntax'],
  ['{{ $prev.args.name | upper }}', 'expression_syntax'],
  ['{{ (add 1 2 }}', 'expression_syntax'],
  ['{{ add 1 2) }}', 'expression_syntax'],
  ['{{ $prev.args.x', 'expression_syntax'],
  ['{{ }}', 'expression_syntax'],
  ['{{ "\\x" }}', 'expression_syntax'],
  ['{{ $date.format $prev.args.day $prev.args.layout }}', 'unsupported'],
  ['{{ $date.format $prev.args.day "3:04 PM" }}', 'unsupported'],
  ['{{ $secrets.KEY }}', 'secret_not_allowed_here'],
])('%s is refused: %s', (text, code) => {
  const issues = issuesOf([aLayer('x', 0, { args: { values: { a: text } } })]);
  expect(issues).toMatchObject([{ code, path: expect.stringMatching(/^layers\[0\]\.args/) }]);
});

test('deep nesting is refused, not a full stack', () => {
  const text = `{{ ${'(upper '.repeat(2_000)}"a"${')'.repeat(2_000)} }}`;
  expect(issuesOf([aLayer('x', 0, { args: { values: { a: text } } })])).toMatchObject([{ code: 'expression_syntax' }]);
});

test('a layer reads only what has ended when it starts', () => {
  const reads = (ref: string) => ({ args: { values: { v: `{{ $prev.${ref}.ref }}` } } });
  expect(issuesOf([aLayer('a', 0), aLayer('b', 1, reads('a'))])).toEqual([]);
  for (const ref of ['same', 'later', 'x'])
    expect(issuesOf([aLayer('same', 1), aLayer('later', 2), aLayer('x', 1, reads(ref))])).toMatchObject([
      { code: 'node_not_visible', path: 'layers[2].args.values.v' },
    ]);
});

test('the outputs of layers, and the whole of one', () => {
  const run = play([
    aLayer('a', 0, { args: { values: { rows: [{ id: 1 }, { id: 2 }] } } }),
    aLayer('b', 1, { args: { values: { second: '{{ $prev.a.rows[1].id }}', all: '{{ $prev.a }}' } } }),
  ]);
  expect(run.outputs['b']).toEqual({ second: 2, all: { rows: [{ id: 1 }, { id: 2 }] } });
});

test('a path that is missing fails the layer and names it', () => {
  const run = play([aLayer('x', 0, { args: { values: { v: '{{ $prev.args.none }}' } } })]);
  expect(run.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'expression_error', nodePath: 'x' } });
});

test('stored values are read before the layer', () => {
  const values = { own: '{{ $kv.get "k" }}', all: '{{ $kv.getGlobal "k" }}', shared: '{{ $kv.getScoped "team" "k" }}' };
  const run = play([aLayer('x', 0, { args: { values } })], {
    answers: (path) => ({ output: { value: `from ${path}`, found: true } }),
  });
  const keys = run.commands.flatMap((command) => (command.type === 'call' ? [command.params] : []));
  expect(keys).toMatchObject([
    { value: { operation: 'get', key: '~flow/flow_1/k' } },
    { value: { operation: 'get', key: 'k' } },
    { value: { operation: 'get', key: '~group/team/k' } },
  ]);
  expect(run.outputs['x']).toEqual({ own: 'from x/x--kv1', all: 'from x/x--kv2', shared: 'from x/x--kv3' });
});

test.each([
  ['2006-01-02', 'YYYY-MM-DD'],
  ['2006-01-02T15:04:05.000Z', 'YYYY-MM-DD[T]HH:mm:ss.SSS[Z]'],
  ['Monday, 2 January 06', 'dddd, D MMMM YY'],
  ['03:04 PM', undefined],
  ['15:04 MST', undefined],
])('the layout %s is %s', (layout, pattern) => {
  expect(fromGoLayout(layout)).toBe(pattern);
});
