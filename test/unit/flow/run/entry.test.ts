import { advance, explain, initialState, inline, nextDeadline, shownState, type ConcurrencyPlan } from '../../../../src/flow';
import { frameOf, opNode, planOf } from '../../../support/plans';
import { simulate } from '../../../support/simulate';

const QUEUE: ConcurrencyPlan = { limit: 1, onLimit: 'queue', holdsSlot: true };
const once = opNode('once', { kind: 'value', output: 'done' });
const wait = opNode('wait', { kind: 'waitEvent', event: 'go' }, { next: { default: ['once'] } });

const types = (commands: readonly { readonly type: string }[]): string[] => commands.map(({ type }) => type);

describe('a slot', () => {
  test('is asked for first; without it nothing starts and the run is DEFERRED', () => {
    const run = simulate(planOf([once], { concurrency: QUEUE }));
    run.send({ type: 'begin' });
    expect(types(run.pending)).toEqual(['takeSlot']);
    expect(shownState(run.memory)).toBe('DEFERRED');
    run.send({ type: 'slotRefused' });
    expect(explain(run.memory, run.memory.summaries)).toEqual({
      once: 'is ready; the run waits for a slot of its flow',
    });
    expect(nextDeadline(run.memory)).toMatchObject({ at: run.nowMs + 5_000 });
    run.send({ type: 'slotFree' });
    expect(types(run.commands)).toEqual(['takeSlot', 'takeSlot']);
    run.send({ type: 'slotTaken' });
    expect(shownState(run.memory)).toBe('DONE');
  });

  test('is looked for again by itself, ever less often', () => {
    const run = simulate(planOf([once], { concurrency: QUEUE }));
    run.send({ type: 'begin' });
    const waits: number[] = [];
    for (let look = 0; look < 9; look += 1) {
      run.send({ type: 'slotRefused' });
      waits.push((nextDeadline(run.memory)?.at ?? 0) - run.nowMs);
      run.wait(waits.at(-1) ?? 0);
    }
    expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
    expect(waits.at(-1)).toBe(300_000);
    expect(types(run.commands)).toEqual(Array(10).fill('takeSlot'));
  });

  test.each([
    [true, 0],
    [false, 1],
  ])('kept by a run that waits: %s', (holdsSlot, left) => {
    const run = simulate(planOf([wait, once], { concurrency: { ...QUEUE, holdsSlot } }));
    run.send({ type: 'begin' }, { type: 'slotTaken' });
    expect(shownState(run.memory)).toBe('WAIT');
    expect(types(run.commands).filter((type) => type === 'leaveSlot')).toHaveLength(left);
    run.send({ type: 'deliver', name: 'go', data: 1 });
    expect(shownState(run.memory)).toBe(holdsSlot ? 'DONE' : 'DEFERRED');
    if (!holdsSlot) run.send({ type: 'slotTaken' });
    expect(shownState(run.memory)).toBe('DONE');
  });

  test('a queued run that is held gives up its place and takes it again when it is released', () => {
    const run = simulate(planOf([once], { concurrency: QUEUE }));
    run.send({ type: 'begin' }, { type: 'slotRefused' }, { type: 'hold' });
    expect(shownState(run.memory)).toBe('ON_HOLD');
    run.send({ type: 'release' });
    expect(types(run.commands)).toEqual(['takeSlot', 'leaveSlot', 'takeSlot']);
    expect(shownState(run.memory)).toBe('DEFERRED');
  });

  test('a queued run can be cancelled; its `finally` needs no slot', () => {
    const finale = frameOf([opNode('last', { kind: 'value', output: 1 })]);
    const run = simulate(planOf([once], { concurrency: QUEUE, finally: finale }));
    run.send({ type: 'begin' }, { type: 'slotRefused' }, { type: 'cancel' });
    expect(shownState(run.memory)).toBe('CANCELLED');
    expect(run.started()).toEqual(['finally/last']);
  });

  test('a refusal for good fails the run with its code', () => {
    const run = simulate(planOf([once], { concurrency: QUEUE }));
    const failure = { code: 'concurrency_limit', message: 'full', retryable: false, nodePath: '' };
    run.send({ type: 'begin' }, { type: 'slotDenied', failure });
    expect(run.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'concurrency_limit' } });
  });
});

describe('a time to begin (S4)', () => {
  const facts = { runId: 'run_1', workspace: 'ws', flowId: 'f', flowName: 'f', version: 1 };

  test('nothing starts before it; the limit of the run counts from it', () => {
    const plan = planOf([once], { timeoutMs: 10_000 });
    const memory = initialState(plan, facts, inline({}), 1_000, 61_000);
    advance(plan, memory, [{ type: 'begin' }], 1_000);
    expect([shownState(memory), memory.deadline, nextDeadline(memory)?.at]).toEqual(['DEFERRED', 71_000, 61_000]);
    advance(plan, memory, [{ type: 'hold' }], 2_000);
    advance(plan, memory, [{ type: 'time' }], 61_000);
    expect(shownState(memory)).toBe('ON_HOLD');
    advance(plan, memory, [{ type: 'release' }], 62_000);
    expect(shownState(memory)).toBe('DONE');
  });

  test('one that has passed means now', () => {
    const plan = planOf([once]);
    const memory = initialState(plan, facts, inline({}), 1_000, 500);
    advance(plan, memory, [{ type: 'begin' }], 1_000);
    expect(shownState(memory)).toBe('DONE');
  });
});
