import type { Json } from '../../../../src/flow';
import { aCall, aLayer, failing, issuesOf, messagesOf, play } from './support';

const judged = (filters: Json, args: Json = {}): string | undefined =>
  play([aLayer('x', 0, { filters, onError: 'continue' })], { args }).states['x'];
const one = (leftValue: Json, operator: string, rightValue?: Json) => [
  { leftValue, operator, ...(rightValue === undefined ? {} : { rightValue }) },
];

test.each<[Json, string, Json | undefined, boolean]>([
  ['{{ $prev.args.n }}', 'eq', 5, true],
  ['{{ $prev.args.n }}', 'eq', '5', true],
  ['{{ $prev.args.n }}', 'eq', 6, false],
  ['{{ $prev.args.n }}', 'neq', 6, true],
  ['{{ $prev.args.n }}', 'neq', '5', false],
  ['{{ $prev.args.n }}', 'gt', 4, true],
  ['{{ $prev.args.n }}', 'gt', 5, false],
  ['{{ $prev.args.n }}', 'gte', '5', true],
  ['{{ $prev.args.n }}', 'lt', 10, true],
  ['{{ $prev.args.n }}', 'lt', 5, false],
  ['{{ $prev.args.n }}', 'lte', 5, true],
  ['{{ $prev.args.day }}', 'gt', '2026-01-31', true],
  ['{{ $prev.args.text }}', 'contains', 'ell', true],
  ['{{ $prev.args.list }}', 'contains', 'b', true],
  ['{{ $prev.args.list }}', 'not_contains', 'b', false],
  ['{{ $prev.args.text }}', 'not_contains', 'x', true],
  ['{{ $prev.args.none }}', 'is_empty', undefined, true],
  ['{{ $prev.args.blank }}', 'is_empty', undefined, true],
  ['{{ $prev.args.text }}', 'is_empty', undefined, false],
  ['{{ $prev.args.list }}', 'not_empty', undefined, true],
  ['{{ $prev.args.none }}', 'not_empty', undefined, false],
  ['Hello {{ $prev.args.text }}', 'eq', 'Hello hello', true],
  ['{{ $prev.args.n }}', 'eq', '{{ add 2 3 }}', true],
])('%s %s %s: %s', (left, operator, right, met) => {
  const args = { n: 5, day: '2026-02-01', text: 'hello', list: ['a', 'b'], blank: '' };
  expect(judged(one(left, operator, right), args)).toBe(met ? 'DONE' : 'FILTERED');
});

test('the comparison that was not met is the reason', () => {
  const run = play(
    [aLayer('x', 0, { filters: [...one('{{ $prev.args.n }}', 'gt', 1), ...one('{{ $prev.args.n }}', 'lt', 3)] })],
    {
      args: { n: 7 },
    },
  );
  expect(run.states['x']).toBe('FILTERED');
  expect(messagesOf(run, 'x').at(-1)).toBe('Node x filtered: {{ $prev.args.n }} lt 3 (left value: 7)');
});

test('comparisons are joined from left to right, each by its own mode', () => {
  const of = (...terms: [boolean, 'and' | 'or'][]) =>
    judged(terms.map(([value, mode]) => ({ leftValue: value, operator: 'eq', rightValue: true, mode })));
  expect(of([true, 'and'], [false, 'or'])).toBe('DONE');
  expect(of([true, 'and'], [false, 'and'], [true, 'or'])).toBe('DONE');
  expect(of([true, 'and'], [true, 'or'], [false, 'and'])).toBe('FILTERED');
  expect(of([false, 'and'], [false, 'or'])).toBe('FILTERED');
});

test.each([
  ['a path that is missing', one('{{ $prev.args.none }}', 'eq', 1)],
  ['an order of what has none', one('{{ $prev.args.list }}', 'gt', 1)],
])('%s fails the layer, it is not filtered', (_, filters) => {
  const run = play([aLayer('x', 0, { filters })], { args: { list: [] } });
  expect([run.states['x'], run.state]).toEqual(['FAIL', 'FAIL']);
  expect(run.memory.outcome?.failure?.code).toBe('expression_error');
});

test.each(['DONE', 'FAIL', 'SKIP', 'FILTERED'] as const)('a filter on the state %s of another layer', (state) => {
  const first = {
    DONE: {},
    FAIL: { onError: 'continue' },
    SKIP: { onError: 'skip' },
    FILTERED: { filters: one(1, 'eq', 2) },
  }[state];
  const run = play(
    [
      aCall('a', 0, first),
      aLayer('same', 1, { filters: one('{{ $prev.a.state }}', 'eq', state) }),
      aLayer('other', 1, { filters: one('{{ $prev.a.state }}', 'neq', state) }),
    ],
    { answers: state === 'DONE' ? failing('nobody') : failing() },
  );
  expect(run.states).toMatchObject({ a: state, same: 'DONE', other: 'FILTERED' });
});

test('a play is FILTERED when every layer was', () => {
  const filters = one(1, 'eq', 2);
  expect(play([aLayer('a', 0, { filters }), aCall('b', 1, { filters, needsApproval: true })]).state).toBe('FILTERED');
});

test('a play in which no layer is DONE is SKIP', () => {
  const run = play([aCall('a', 0, { onError: 'skip' }), aLayer('b', 1, { filters: one(1, 'eq', 2) })], {
    answers: failing(),
  });
  expect(run.state).toBe('SKIP');
});

test.each([
  ['text that looks like a path', one('$prev.args.n', 'eq', 1), 'expression_syntax'],
  ['a right value that is missing', one('{{ $prev.args.n }}', 'eq'), 'expression_syntax'],
  ['a right value too many', one('{{ $prev.args.n }}', 'is_empty', 3), 'expression_syntax'],
  ['an operator that does not exist', one('{{ $prev.args.n }}', 'like', 1), 'invalid_value'],
  ['the store', one('{{ $kv.get "n" }}', 'eq', 1), 'unsupported'],
])('%s is refused with its place', (_, filters, code) => {
  expect(issuesOf([aLayer('x', 0, { filters })])).toMatchObject([
    { code, path: expect.stringMatching(/^layers\[0\]\.filters\[0\]/) },
  ]);
});
