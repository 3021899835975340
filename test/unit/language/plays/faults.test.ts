import { compileDefinition } from '../../../../src/language';
import { aLayer, compilePlays, issuesOf } from './support';

test('all faults at once, in the order of the document, each with its place and line', () => {
  const issues = issuesOf([
    aLayer('a', 0, { appId: 'curl', args: { url: 'not a url', method: 'FETCH' }, retry: { count: -1 } }),
    aLayer('a', 1),
    aLayer('b c', 2),
    aLayer('d', 3, { appId: 'curl', args: { url: 'nowhere', headers: { a: '{{ $prev.zzz.x }}' } } }),
    aLayer('e', 4, { appId: 'curl', args: { url: 'nowhere' }, colour: 'red' }),
    aLayer('f', 5, { appId: 'curl', args: { url: 'nowhere' } }),
  ]);
  expect(issues.map(({ code, path }) => [code, path])).toEqual([
    ['invalid_value', 'layers[0].args.url'],
    ['invalid_value', 'layers[0].args.method'],
    ['invalid_value', 'layers[0].retry.count'],
    ['duplicate_ref', 'layers[1].ref'],
    ['invalid_name', 'layers[2].ref'],
    ['unknown_node', 'layers[3].args.headers.a'],
    ['invalid_value', 'layers[4].args.url'],
    ['unknown_field', 'layers[4].colour'],
    ['invalid_value', 'layers[5].args.url'],
  ]);
  const lines = issues.map(({ line }) => line ?? 0);
  expect(lines.every((line, at) => line > (lines[at - 1] ?? 0))).toBe(true);
});

test.each([
  ['no ref', { index: 0, appId: 'var', args: { values: {} } }, 'missing_field'],
  ['no module', { ref: 'a', index: 0 }, 'missing_field'],
  ['two modules', { ref: 'a', index: 0, appId: 'var', module: 'var' }, 'missing_field'],
  ['a ref that means the arguments', { ref: 'args', index: 0, appId: 'var', args: { values: {} } }, 'invalid_name'],
  ['a ref like our own names', { ref: 'a--b', index: 0, appId: 'var', args: { values: {} } }, 'invalid_name'],
  ['a negative index', { ref: 'a', index: -1, appId: 'var', args: { values: {} } }, 'invalid_value'],
  ['no map', 'layer', 'invalid_value'],
])('%s: %s', (_, layer, code) => {
  expect(issuesOf([layer as never]).map((issue) => issue.code)).toEqual([code]);
});

test.each([
  [{ execution: { queue: 'fast' } }, 'execution.queue'],
  [{ kvInherit: true }, 'kvInherit'],
  [{ execution: { onFailFlowId: '{{ x }}' } }, 'execution.onFailFlowId'],
])('what is not known is refused: %j', (more, path) => {
  expect(issuesOf([aLayer('a', 0)], more)).toMatchObject([{ path }]);
});

test('what the flow record takes of a document', () => {
  const compiled = compilePlays([aLayer('a', 0)], { description: 'Why', enabled: false, category: 'billing' });
  expect(compiled).toMatchObject({ ok: true, form: 'plays', name: 'Test', description: 'Why', enabled: false });
});

test('YAML is the same document', () => {
  const compiled = compileDefinition(
    'name: Y\nlayers:\n  - { ref: a, index: 0, appId: var, args: { values: { n: "{{ $prev.args.n }}" } } }\n',
  );
  expect(compiled).toMatchObject({ ok: true, form: 'plays', name: 'Y' });
});

test('more than 500 nodes are refused', () => {
  expect(issuesOf(Array.from({ length: 501 }, (_, n) => aLayer(`l${n}`, 0)))).toMatchObject([{ code: 'too_many_nodes' }]);
});

test('law: whatever a layer holds, compiling answers', () => {
  const odd = [null, 1, 'x', [], {}, { ref: 'a' }, '{{', '{{ $prev.a', { length: 1 }, true];
  let tried = 0;
  for (const member of [
    'ref',
    'index',
    'appId',
    'args',
    'filters',
    'retry',
    'timeout',
    'needsApproval',
    'onError',
    'deferAfterMs',
  ])
    for (const value of odd) {
      tried += 1;
      expect(() => compilePlays([aLayer('a', 0, { [member]: value })])).not.toThrow();
    }
  expect(tried).toBe(100);
});
