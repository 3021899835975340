import fc from 'fast-check';
import type { FramePlan, NodePlan, Operation, Plan } from '../../src/flow';
import { callNode, frameOf, opNode, planOf } from './plans';

const RETRY = { maxAttempts: 2, kind: 'fixed', delayMs: 40, backoff: 2, maxDelayMs: 1_000, jitter: 0, on: ['*'] } as const;

/** Reads an output, the item of a loop around it, and the input. */
const UNDO: Operation = {
  kind: 'call',
  activity: 'webhook',
  params: { of: '{{ nodes.n0 ?? 0 }}', thing: '{{ thing ?? 0 }}', all: '{{ input }}' },
};

/** Fields that any node may have. */
const fields = fc.record(
  {
    retry: fc.constant(RETRY),
    timeoutMs: fc.constantFrom(30, 5_000),
    onError: fc.constantFrom<NodePlan['onError']>('continue', 'skip'),
    when: fc.constantFrom('true', 'false', 'size(string(input)) > 0', 'nodes.nowhere.x'),
  },
  { requiredKeys: [] },
);
type Fields = { -readonly [K in keyof NodePlan]?: NodePlan[K] };

const leafOperations = fc.constantFrom<Operation>(
  { kind: 'value', output: '{{ 1 + 1 }}' },
  { kind: 'value', output: '{{ nodes.nowhere.x }}' },
  {
    kind: 'value',
    output: '{{ prev }}',
    route: { kind: 'rules', rules: [{ if: 'true', action: 'x' }], otherwise: 'default', all: true },
  },
  { kind: 'value', log: { level: 'info', message: 'at {{ run.id }}', data: '{{ input }}' } },
  { kind: 'delay', duration: 25 },
  { kind: 'waitEvent', event: 'e' },
  { kind: 'waitEvent', event: 'e', key: 'k', timeout: 60 },
  { kind: 'waitCondition', if: 'false', intervalMs: 20, maxAttempts: 3, timeout: 50 },
  { kind: 'flow', flow: 'other', input: '{{ input }}', mode: 'wait' },
  { kind: 'flow', flow: 'other', input: {}, mode: 'detach' },
);
const endOperations = fc.constantFrom<Operation>(
  { kind: 'succeed', state: 'DONE', output: { ok: true } },
  { kind: 'succeed', state: 'SKIP' },
  { kind: 'fail', code: 'told', message: 'to fail' },
);

const loopOf = (body: FramePlan, more: object): Operation => ({
  kind: 'loop',
  as: 'thing',
  concurrency: 2,
  tolerate: 0,
  maxIterations: 3,
  body,
  ...more,
});
const loopForms = fc.constantFrom(
  { items: [1, 2, 3] },
  { items: [1, 2, 3], tolerate: 1, maxTimeMs: 90 },
  { items: '{{ input.many }}' },
  { items: [], until: 'true' },
  { items: [1, 2, 3], until: 'index == 1', concurrency: 3 },
  { until: 'nodes.n0 == 1' },
  { while: 'index < 2' },
  { while: 'item.missing' },
  { while: 'true', maxTimeMs: 60 },
);

/** Node ids n0, n1, …: edges lead forwards, so that every plan ends by itself unless it waits. */
const frames = (depth: number): fc.Arbitrary<FramePlan> =>
  fc.array(nodes(depth), { minLength: 1, maxLength: depth > 0 ? 4 : 2 }).map((drafts) => {
    const built = drafts.map((draft, index) => {
      const onwards = draft.targets.map((offset) => index + offset).filter((target) => target < drafts.length);
      const targets = [...new Set(onwards)].map((target) => `n${target}`);
      const next =
        targets.length === 0 ? {} : { [draft.action]: targets, ...(draft.split ? { timeout: targets.slice(0, 1) } : {}) };
      return draft.build(`n${index}`, {
        ...draft.fields,
        next,
        ...(draft.caught ? { catch: [{ errors: ['boom'], next: targets }] } : {}),
      });
    });
    const reached = new Set(
      built.flatMap((node) => [...Object.values(node.next), ...node.catch.map((rule) => rule.next)].flat()),
    );
    const joined = built.map((node, index) => {
      const join = drafts[index]?.join;
      return join === undefined || !reached.has(node.id) ? node : { ...node, join, cancelLosers: drafts[index]?.split === true };
    });
    return frameOf(joined);
  });

type Build = (id: string, more: Fields) => NodePlan;
const nodes = (depth: number) =>
  fc.record({
    build: builds(depth),
    fields,
    action: fc.constantFrom('default', 'x'),
    targets: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    join: fc.constantFrom<NodePlan['join']>(undefined, undefined, 'all', 'any', 2),
    split: fc.boolean(),
    caught: fc.boolean(),
  });

const builds = (depth: number): fc.Arbitrary<Build> => {
  const calls = fc.record({ local: fc.boolean(), undo: fc.boolean() }).map(
    ({ local, undo }): Build =>
      (id, more) =>
        callNode(id, {
          ...more,
          execution: local ? 'local' : 'activity',
          reads: [['id']],
          ...(undo ? { compensate: callNode('undo', { onError: 'fail', op: UNDO }) } : {}),
        }),
  );
  const leaves = leafOperations.map(
    (op): Build =>
      (id, more) =>
        opNode(id, op, { attemptTimeoutMs: 70, ...more }),
  );
  const ends = endOperations.map(
    (op): Build =>
      (id, more) =>
        opNode(id, op, { ...more, retry: RETRY }),
  );
  if (depth === 0)
    return fc.oneof({ arbitrary: calls, weight: 6 }, { arbitrary: leaves, weight: 4 }, { arbitrary: ends, weight: 1 });
  const inner = frames(depth - 1);
  const blocks = fc.oneof(
    fc.tuple(inner, loopForms).map(([body, form]) => loopOf(body, form)),
    fc.tuple(inner, inner, fc.boolean()).map(([left, right, narrow]): Operation => ({
      kind: 'parallel',
      branches: { left, right },
      tolerate: narrow ? 1 : 0,
      ...(narrow ? { concurrency: 1 } : {}),
    })),
    fc
      .tuple(inner, fc.option(inner, { nil: undefined }))
      .map(([body, last]): Operation => ({ kind: 'group', body, ...(last === undefined ? {} : { finally: last }) })),
  );
  const built = blocks.map(
    (op): Build =>
      (id, more) =>
        opNode(id, op, { attemptTimeoutMs: 200, ...more }),
  );
  return fc.oneof(
    { arbitrary: calls, weight: 4 },
    { arbitrary: leaves, weight: 4 },
    { arbitrary: ends, weight: 1 },
    { arbitrary: built, weight: 6 },
  );
};

/** Plans with everything in them: blocks in blocks, retries, limits, waits, undo, `finally`, ends in any place. */
export const nestedPlans: fc.Arbitrary<Plan> = fc
  .record({
    root: frames(2),
    last: fc.option(frames(1), { nil: undefined }),
    output: fc.constantFrom(undefined, '{{ input }}', '{{ nodes.n0 }}'),
  })
  .map(({ root, last, output }) => ({
    ...planOf([], { ...(last === undefined ? {} : { finally: last }), ...(output === undefined ? {} : { output }) }),
    root,
  }));
