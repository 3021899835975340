/** P11: memory and plan that disagree are a fault of the interpreter, told at once and never taken for a failure of the flow. */
import { advance, initialState, inline, type RunEvent, type RunMemory } from '../../../../src/flow';
import { failureOf, nextDelayMs } from '../../../../src/flow/run/failures';
import { asItems, pageOfItems } from '../../../../src/flow/run/items';
import { createMachine, framePlanOf, frameOf as frameAt, nodePlanOf } from '../../../../src/flow/run/machine';
import { topFrame } from '../../../../src/flow/run/tokens';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate } from '../../../support/simulate';

const group = planOf([opNode('g', { kind: 'group', body: frameOf([callNode('x')]) })]);
const fault = /^interpreter fault: /;

test('a node, a frame or the owner of a frame that is not there', () => {
  const { memory } = simulate(group);
  const run = memory.runs['g/x'];
  if (run === undefined) throw new Error('no run');
  const machine = createMachine(group, memory, 0, 1);
  expect(() => nodePlanOf(machine, { site: 'none' })).toThrow(fault);
  expect(() => frameAt(machine, 'none')).toThrow(fault);
  expect(() => framePlanOf(machine, { ...frameAt(machine, 'g'), site: 'none' })).toThrow(fault);
  delete memory.runs['g'];
  expect(() => topFrame(machine, run)).toThrow(fault);
  const done: RunEvent = { type: 'callDone', path: 'g/x', attempt: 1, output: inline(1) };
  expect(() => advance(group, memory, [done], 0)).toThrow(fault);
});

test('other errors than refusals of expressions pass', () => {
  expect(() => failureOf(new TypeError('bug'), 'a')).toThrow('bug');
});

test('delays of retries: fixed, linear, exponential, at most the maximum, at least what was asked for', () => {
  const failure = { code: 'c', message: 'm', retryable: true, nodePath: 'a' };
  const policy = { maxAttempts: 9, delayMs: 100, backoff: 3, maxDelayMs: 1_000, jitter: 0 } as const;
  const delays = (kind: 'fixed' | 'linear' | 'exponential') =>
    [1, 2, 3, 4].map((attempt) => nextDelayMs({ ...policy, kind }, attempt, failure, 0, 0.5));
  expect(delays('fixed')).toEqual([100, 100, 100, 100]);
  expect(delays('linear')).toEqual([100, 200, 300, 400]);
  expect(delays('exponential')).toEqual([100, 300, 900, 1_000]);
  expect(nextDelayMs({ ...policy, kind: 'fixed' }, 1, { ...failure, retryAfterMs: 5_000 }, 0, 0)).toBe(5_000);
  expect([0, 0.5, 1].map((unit) => nextDelayMs({ ...policy, kind: 'fixed', jitter: 0.5 }, 1, failure, 0, unit))).toEqual([
    50, 100, 150,
  ]);
});

test('pages of items: as many as fit, at least one, none that is too large by itself', () => {
  const large = 'x'.repeat(100 * 1_024);
  expect(pageOfItems([1, 2, 3], 1, 1)).toEqual({ items: [2] });
  expect(pageOfItems([large, large, large], 0, 100)).toEqual({ items: [large, large] });
  expect(pageOfItems([1, large + large + large], 0, 100)).toEqual({ items: [1] });
  expect(pageOfItems([1, large + large + large], 1, 100)).toEqual({ tooLarge: 1 });
  expect(pageOfItems([], 0, 100)).toEqual({ items: [] });
  expect([asItems({ a: 1 }), asItems([1]), asItems('x')]).toEqual([[{ key: 'a', value: 1 }], [1], undefined]);
});

test('a checkpoint of another run’s plan does not go unseen', () => {
  const memory: RunMemory = initialState(
    group,
    { runId: 'r', workspace: 'w', flowId: 'f', flowName: 'f', version: 1 },
    inline({}),
    0,
  );
  advance(group, memory, [{ type: 'begin' }], 0);
  const done: RunEvent = { type: 'callDone', path: 'g/x', attempt: 1, output: inline(1) };
  expect(() => advance(planOf([callNode('other')]), memory, [done], 0)).toThrow(fault);
});
