/** X11: a held run starts nothing, whatever comes back; what came in time counts when it goes on. */
import type { Command, NodePlan } from '../../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answer, type Simulation } from '../../../support/simulate';

const loop = (more: object): NodePlan =>
  opNode('each', {
    kind: 'loop',
    items: [1, 2, 3],
    as: 'thing',
    concurrency: 1,
    tolerate: 0,
    maxIterations: 10,
    body: frameOf([callNode('x')]),
    ...more,
  });
const state = (simulation: Simulation, node: string) => simulation.memory.summaries[node]?.state;
/** Commands that came while it was held. */
const heldBack = (simulation: Simulation, act: () => void): readonly Command[] => {
  simulation.send({ type: 'hold', by: 'me' });
  const before = simulation.commands.length;
  act();
  return simulation.commands.slice(before);
};

describe('while a run is held', () => {
  test('an iteration that ends opens no other one, nor is its until asked', () => {
    for (const form of [{}, { until: 'false' }]) {
      const simulation = simulate(planOf([loop(form)]));
      expect(heldBack(simulation, () => simulation.answer(0))).toEqual([]);
      expect(simulation.started()).toEqual(['each', 'each[0]/x']);
      simulation.send({ type: 'release' });
      simulation.settle();
      expect(simulation.started()).toHaveLength(4);
      expect(simulation.memory.outcome?.state).toBe('DONE');
    }
  });

  test('an evaluation that comes back, a page of items and a slow local attempt go no further', () => {
    const big = { output: Array.from({ length: 3 }, () => 'x'.repeat(20_000)), claimed: true } as const;
    const plan = planOf([callNode('big', { next: { default: ['each'] } }), loop({ items: '{{ nodes.big }}' })], {
      start: ['big'],
    });
    for (const awaited of ['evaluate', 'readItems']) {
      const simulation = simulate(plan, (path) => (path === 'big' ? big : {}));
      while (simulation.pending[0]?.type !== awaited) simulation.answer(0);
      expect(heldBack(simulation, () => simulation.answer(0))).toEqual([]);
      simulation.send({ type: 'release' });
      simulation.settle();
      expect(simulation.memory.outcome?.state).toBe('DONE');
    }
    const slow = simulate(planOf([callNode('a', { execution: 'local' })]));
    slow.pending.length = 0;
    expect(heldBack(slow, () => slow.send({ type: 'callEscalated', path: 'a', attempt: 1 }))).toEqual([]);
    slow.send({ type: 'release' });
    expect(slow.pending).toMatchObject([{ type: 'call', path: 'a', attempt: 1, mode: 'activity' }]);
  });

  test('a retry and a poll that are due wait for the release', () => {
    const retry = { maxAttempts: 2, kind: 'fixed', delayMs: 10, backoff: 2, maxDelayMs: 100, jitter: 0 } as const;
    const poll = opNode('poll', { kind: 'waitCondition', if: 'false', intervalMs: 10, maxAttempts: 9 });
    const simulation = simulate(planOf([callNode('a', { retry }), poll]), () => ({ failure: { retryable: true } }));
    simulation.answer(0);
    expect(heldBack(simulation, () => simulation.wait(50))).toEqual([]);
    expect(state(simulation, 'a')).toBe('RETRY');
    expect(simulation.memory.runs['poll']?.polls).toBe(1);
    simulation.send({ type: 'release' });
    expect(simulation.pending).toMatchObject([{ type: 'call', path: 'a', attempt: 2 }]);
    expect(simulation.memory.runs['poll']?.polls).toBe(2);
  });

  test('what is ready says so once; a second hold and a release of a run that is not held change nothing', () => {
    const simulation = simulate(planOf([callNode('a', { next: { default: ['b'] } }), callNode('b')]));
    simulation.send({ type: 'release' });
    simulation.send({ type: 'hold' });
    const { seq } = simulation.memory;
    simulation.send({ type: 'hold', by: 'other' });
    expect(simulation.memory.seq).toBe(seq);
    simulation.answer(0);
    simulation.send({ type: 'time' });
    const ready = simulation.journal.filter(({ type, state: is }) => type === 'node.waiting' && is === 'READY');
    expect(ready.map(({ path }) => path)).toEqual(['b']);
    expect(simulation.memory.held).toEqual({ at: 1_000 });
  });

  test('phases wait as well: no undo, no finally, no end', () => {
    const plan = planOf([callNode('a', { compensate: callNode('undo'), next: { default: ['b'] } }), callNode('b')], {
      finally: frameOf([callNode('clean')]),
    });
    const simulation = simulate(plan, (path): Answer => (path === 'b' ? { failure: {} } : {}));
    simulation.answer(0);
    expect(heldBack(simulation, () => simulation.answer(0))).toEqual([]);
    expect(simulation.memory.phase).toBe('main');
    simulation.send({ type: 'release' });
    simulation.settle();
    expect(simulation.started()).toEqual(['a', 'b', 'compensate[0]/a', 'finally/clean']);
  });

  test('an event in time is kept and taken before the deadline that has passed since; one after it is not', () => {
    const plan = planOf(
      [opNode('w', { kind: 'waitEvent', event: 'paid', timeout: 1_000 }, { next: { timeout: ['late'] } }), callNode('late')],
      {
        start: ['w'],
      },
    );
    const inTime = simulate(plan);
    heldBack(inTime, () => inTime.send({ type: 'deliver', name: 'paid', data: 1 }));
    inTime.wait(5_000);
    inTime.send({ type: 'release' });
    expect(inTime.memory.outcome).toMatchObject({ state: 'DONE', output: { value: 1 } });
    const tooLate = simulate(plan);
    heldBack(tooLate, () => tooLate.wait(5_000));
    tooLate.send({ type: 'deliver', name: 'paid', data: 1 });
    tooLate.send({ type: 'release' });
    tooLate.settle();
    expect(tooLate.started()).toEqual(['w', 'late']);
  });

  test('sub-flows are held and released with it; cancel releases it and cancels them', () => {
    const plan = planOf([opNode('sub', { kind: 'flow', flow: 'other', input: {}, mode: 'wait' }), callNode('a')]);
    const simulation = simulate(plan);
    const childRunId = simulation.memory.runs['sub']?.childRunId;
    for (const type of ['hold', 'release', 'hold', 'cancel'] as const) simulation.send({ type });
    const told = simulation.commands.flatMap((each) => (each.type === 'signalChild' ? [[each.childRunId, each.signal]] : []));
    expect(told).toEqual(['hold', 'release', 'hold', 'cancel'].map((signal) => [childRunId, signal]));
    expect(simulation.memory.outcome?.state).toBe('CANCELLED');
  });
});
