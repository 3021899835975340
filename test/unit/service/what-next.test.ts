import { compileDefinition } from '../../../src/language';
import { whatNext } from '../../../src/service/approvals/what-next';

const planOf = (text: string) => {
  const compiled = compileDefinition(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return compiled.plan;
};
const approval = (next: string): string => `{ type: approval, params: { title: x, approvers: ['role:admin'] }${next} }`;
const step = '{ type: transform, params: { output: 1 } }';

test('is what the edge of the decision names', () => {
  const plan = planOf(
    `nodes:\n  ask: ${approval(', next: { approved: [a, b], rejected: c }')}\n  a: ${step}\n  b: ${step}\n  c: { name: Give up, type: transform, params: { output: 1 } }`,
  );
  expect(whatNext(plan, 'ask', 'approved').map(({ name }) => name)).toEqual(['a', 'b']);
  expect(whatNext(plan, 'ask#2', 'rejected')).toEqual([{ name: 'Give up', type: 'transform' }]);
});

test('is what the default edge names, for what was approved only', () => {
  const plan = planOf(`nodes:\n  ask: ${approval(', next: a')}\n  a: ${step}`);
  expect(whatNext(plan, 'ask', 'approved')).toEqual([{ name: 'a', type: 'transform' }]);
  expect(whatNext(plan, 'ask', 'rejected')).toEqual([]);
});

test('is what needs it, and what stands in the same body', () => {
  const body = `{ ask: ${approval('')}, a: { type: transform, needs: [ask], params: { output: 1 } } }`;
  const plan = planOf(
    `nodes:\n  each: { type: loop, params: { items: '{{ input.list }}', as: one }, nodes: ${body} }\n  ask: ${approval('')}`,
  );
  expect(whatNext(plan, 'each[3]/ask', 'rejected')).toEqual([{ name: 'a', type: 'transform' }]);
  expect(whatNext(plan, 'ask', 'approved')).toEqual([]);
  expect(whatNext(plan, 'gone', 'approved')).toEqual([]);
});
