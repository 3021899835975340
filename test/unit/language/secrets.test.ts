import { compileDefinition } from '../../../src/language';
import { callNode, planOf } from '../../support/plans';
import { simulate } from '../../support/simulate';

const compile = (nodes: string) => compileDefinition(`nodes:\n${nodes}`);
const codes = (nodes: string): string[] => {
  const result = compile(nodes);
  return result.ok ? [] : result.issues.map(({ code }) => code);
};

test('a plan names the secrets that it cannot do without, a definition where they are used', () => {
  const result = compile(`
  a: { type: http.request, params: { url: "https://x.example/{{ secrets.B }}", headers: { k: "{{ secrets.A }} {{ secrets.B }}" }, query: { q: "{{ secrets.C ?? 1 }}" } }, next: b }
  b: { type: script, params: { code: "return 1", input: { deep: ["{{ secrets.A }}"] } } }`);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  expect(result.plan.secrets).toEqual(['A', 'B']);
  expect(result.secretUses).toEqual([
    { secret: 'B', path: 'nodes.a.params.url', line: 3 },
    { secret: 'A', path: 'nodes.a.params.headers.k', line: 3 },
    { secret: 'B', path: 'nodes.a.params.headers.k', line: 3 },
    { secret: 'A', path: 'nodes.b.params.input.deep[0]', line: 4 },
  ]);
});

test('without secrets a plan says nothing of them', () => {
  const result = compile('  a: { type: log, params: { message: x } }');
  expect(result.ok && 'secrets' in result.plan).toBe(false);
});

test.each([
  '  a: { type: log, params: { message: "{{ secrets.X }}" } }',
  '  a: { type: transform, params: { output: "{{ secrets.X }}" } }',
  '  a: { type: condition, params: { if: "secrets.X == \'a\'" } }',
  '  a: { type: log, params: { message: x }, when: "has(secrets.X)" }',
  '  a: { type: store, params: { operation: set, key: k, value: "{{ secrets.X }}" } }',
  '  a: { type: http.request, params: { url: "https://x.example", method: "{{ secrets.X }}" } }',
  '  a: { type: script, params: { code: "return 1", timeout: 1s }, when: "secrets.X != \'\'" }',
  '  a: { type: flow, params: { flow: f, input: { k: "{{ secrets.X }}" } } }',
  '  a: { type: loop, params: { items: "{{ [secrets.X] }}" }, nodes: { b: { type: log, params: { message: x } } } }',
])('%s: no secret may stand there', (nodes) => {
  expect(codes(nodes)).toEqual(['secret_not_allowed_here']);
});

test.each(['secrets', 'secrets[input.name]', 'secrets["a-b"]', 'secrets.A.b', 'secrets.A[0]', 'secrets.map(s, s)'])(
  '%s does not name a secret',
  (source) => {
    expect(codes(`  a: { type: http.request, params: { url: 'https://x.example', body: '{{ ${source} }}' } }`)).toEqual([
      'secret_not_literal',
    ]);
  },
);

test.each(['secrets.A', 'secrets["A"]', 'upper(secrets.A)', 'secrets.A.upper()', '"Basic " + base64Encode("u:" + secrets.A)'])(
  '%s names one',
  (source) => {
    expect(codes(`  a: { type: http.request, params: { url: 'https://x.example', body: '{{ ${source} }}' } }`)).toEqual([]);
  },
);

test('a loop may not call its item so', () => {
  expect(
    codes('  a: { type: loop, params: { items: [1], as: secrets }, nodes: { b: { type: log, params: { message: x } } } }'),
  ).toHaveLength(1);
});

test('a call with a secret leaves the workflow as source, with no more than the values that it reads', () => {
  const params = {
    url: 'https://x.example/{{ input.id }}',
    headers: { authorization: '{{ secrets.A }}', total: '{{ nodes.first.body.lines[1].total }}' },
  };
  const plan = planOf([
    callNode('first', { next: { default: ['second'] } }),
    callNode('second', { op: { kind: 'call', activity: 'httpRequest', params } }),
  ]);
  const output = { body: { lines: [{ total: 1 }, { total: 2, rest: 'unread' }], more: 'unread' } };
  const simulation = simulate(plan, (path) => (path === 'first' ? { output } : {}), { id: 7, other: 'unread' });
  simulation.settle();
  const [, call] = simulation.commands.filter(({ type }) => type === 'call');
  expect(call).toMatchObject({
    params: {
      kind: 'source',
      template: params,
      scope: {
        values: { input: { kind: 'inline', value: { id: 7 } } },
        nodes: { first: { kind: 'inline', value: { body: { lines: [null, { total: 2 }] } } } },
      },
    },
  });
  expect(JSON.stringify(call)).not.toContain('unread');
});
