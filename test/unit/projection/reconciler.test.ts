import { createReconciler, type ReconcilerOptions, type StartDecision } from '../../../src/projection';
import { createMemoryStores } from '../../../src/store/memory';
import type { Run } from '../../../src/store/ports';
import { anApproval, anEntry, aRun } from '../../contract/store-factories';
import { aResult, createFakeTemporal } from '../../support/fake-temporal';
import { createRecordingLogger } from '../../support/recording-logger';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1, 1);

const make = (options: Partial<ReconcilerOptions> = {}) => {
  const stores = createMemoryStores();
  const engine = createFakeTemporal();
  const state = { now: START, decided: [] as string[], decision: 'started' as StartDecision };
  const { logger, lines } = createRecordingLogger();
  const create = (holder: string) =>
    createReconciler({
      engine,
      stores,
      replay: engine.replay,
      decide: async (run) => {
        state.decided.push(run.id);
        return state.decision;
      },
      logger,
      clock: () => state.now,
      holder,
      options,
    });
  const insert = async (members: Partial<Run>): Promise<Run> => {
    const run = aRun({ createdAt: new Date(START - MINUTE), ...members });
    await stores.runs.insert(run);
    return run;
  };
  const head = (run: Run): Promise<Run | undefined> => stores.runs.getById(run.id);
  return { stores, engine, state, lines, create, reconciler: create('me'), insert, head };
};
const completed = (at: number) => ({ kind: 'completed', at, result: aResult({ lastSeq: 3 }) }) as const;

describe('undecided starts (S2)', () => {
  test('a NEW row is decided when it is old enough, once', async () => {
    const { reconciler, state, insert, head } = make();
    const old = await insert({ state: 'NEW' });
    const young = await insert({ state: 'NEW', createdAt: new Date(START - 1_000) });
    expect(await reconciler.runOnce()).toMatchObject({ decided: 1, failures: [] });
    await reconciler.runOnce();
    expect(state.decided).toEqual([old.id]);
    expect((await head(old))?.state).toBe('RUN');
    expect((await head(young))?.state).toBe('NEW');
  });
});

describe('the inbox', () => {
  test('open rows of runs that have ended are closed, in slices; those that wait stay', async () => {
    const { reconciler, stores, insert } = make({ perTick: 2 });
    const waiting = await insert({ state: 'WAIT' });
    const ended = [
      await insert({ state: 'DONE', endedAt: new Date(START) }),
      await insert({ state: 'FAIL', endedAt: new Date(START) }),
    ];
    for (const { id } of [waiting, ...ended]) await stores.approvals.insert(anApproval({ id: `${id}:ask`, runId: id }));
    const counts = [];
    for (let tick = 0; tick < 3; tick += 1) counts.push((await reconciler.runOnce()).approvals);
    expect(counts).toEqual([1, 1, 0]);
    const states = await Promise.all([waiting, ...ended].map(({ id }) => stores.approvals.get('ws_1', `${id}:ask`)));
    expect(states.map((row) => row?.state)).toEqual(['open', 'cancelled', 'cancelled']);
    expect(states[1]?.closedAt).toEqual(new Date(START));
  });
});

describe('live heads and Temporal', () => {
  test('a run that ended unseen is repaired, then closed', async () => {
    const { reconciler, engine, stores, insert, head } = make();
    const run = await insert({ state: 'WAIT', seq: 2 });
    engine.add(run.id, { journal: [anEntry(1), anEntry(2), anEntry(3)], close: completed(START - MINUTE) });
    expect(await reconciler.runOnce()).toMatchObject({ closed: 1, failures: [] });
    expect(await head(run)).toMatchObject({ state: 'DONE', endedAt: new Date(START - MINUTE), seq: 3 });
    expect(await stores.journal.read(run.id, 0, 10)).toHaveLength(3);
  });

  test('one that ended a moment ago is left to those who follow it', async () => {
    const { reconciler, engine, insert, head } = make();
    const run = await insert({ state: 'RUN' });
    engine.add(run.id, { close: completed(START - 100) });
    await reconciler.runOnce();
    expect((await head(run))?.state).toBe('RUN');
  });

  test.each([
    [{ kind: 'terminated', at: START - MINUTE, reason: 'by hand' }, 'CANCELLED', 'terminated'],
    [{ kind: 'timed_out', at: START - MINUTE }, 'FAIL', 'run_timeout'],
  ] as const)('an ending outside closes the head: %j', async (close, state, code) => {
    const { reconciler, engine, insert, head } = make();
    const run = await insert({ state: 'RUN' });
    engine.add(run.id, { close });
    await reconciler.runOnce();
    expect(await head(run)).toMatchObject({ state, error: { code } });
  });

  test('a head behind its search attributes is repaired from history (P4)', async () => {
    const { reconciler, engine, stores, insert, head } = make();
    const lagging = await insert({ state: 'RUN', seq: 1 });
    const fine = await insert({ state: 'WAIT', seq: 5 });
    engine.add(lagging.id, { seq: 3, state: 'WAIT', journal: [anEntry(1), anEntry(2), anEntry(3)] });
    engine.add(fine.id, { seq: 5, state: 'WAIT' });
    expect(await reconciler.runOnce()).toMatchObject({ repaired: 1, closed: 0 });
    expect((await head(lagging))?.seq).toBe(3);
    expect(await stores.journal.read(lagging.id, 0, 10)).toHaveLength(3);
  });

  test('a run that Temporal does not know is lost, but not at first sight and never while NEW', async () => {
    const { reconciler, state, insert, head } = make();
    const run = await insert({ state: 'RUN' });
    const fresh = await insert({ state: 'NEW', createdAt: new Date(START) });
    await reconciler.runOnce();
    expect((await head(run))?.state).toBe('RUN');
    state.now += 2 * MINUTE;
    await reconciler.runOnce();
    expect(await head(run)).toMatchObject({ state: 'FAIL', error: { code: 'lost' } });
    expect((await head(fresh))?.endedAt).toBeUndefined();
  });

  test('a long list is walked in slices, every head once a round', async () => {
    const { reconciler, engine, insert, head } = make({ headsPerTick: 4, pageSize: 2 });
    const all: Run[] = [];
    for (let n = 0; n < 11; n += 1) {
      const run = await insert({ state: 'RUN' });
      engine.add(run.id, n % 2 === 0 ? { close: completed(START - MINUTE) } : {});
      all.push(run);
    }
    for (let n = 0; n < 3; n += 1) await reconciler.runOnce();
    const states = await Promise.all(all.map(async (run) => (await head(run))?.state));
    expect(states).toEqual(all.map((_, n) => (n % 2 === 0 ? 'DONE' : 'RUN')));
  });
});

describe('dirty runs', () => {
  test('are repaired and clean afterwards', async () => {
    const { reconciler, engine, stores, insert, head } = make();
    const run = await insert({ state: 'RUN', dirty: true });
    engine.add(run.id, { journal: [anEntry(1)] });
    expect(await reconciler.runOnce()).toMatchObject({ repaired: 1 });
    expect((await head(run))?.dirty).toBe(false);
    expect(await stores.journal.read(run.id, 0, 10)).toHaveLength(1);
  });

  test('a history that does not replay is reported and does not hold up the others', async () => {
    const { reconciler, engine, lines, insert, head } = make();
    const bad = await insert({ state: 'RUN', dirty: true });
    const good = await insert({ state: 'RUN', dirty: true });
    engine.add(bad.id, { problem: 'does not replay' });
    engine.add(good.id, { journal: [anEntry(1)] });
    await reconciler.runOnce();
    await reconciler.runOnce();
    expect((await head(good))?.dirty).toBe(false);
    expect((await head(bad))?.dirty).toBe(true);
    expect(lines.filter((line) => line.level === 'error' && line.message.includes('replay'))).toHaveLength(1);
  });
});

describe('stalled runs (P11)', () => {
  test('carry the cause until Temporal reports no problem any more', async () => {
    const { create, engine, insert, head } = make();
    const run = await insert({ state: 'RUN' });
    const execution = engine.add(run.id, { problem: 'category=WorkflowTaskFailed' });
    expect(await create('first').runOnce()).toMatchObject({ stalled: 1 });
    expect((await head(run))?.stalled).toBe('category=WorkflowTaskFailed');
    delete execution.problem;
    await create('first').runOnce();
    expect((await head(run))?.stalled).toBeUndefined();
  });
});

describe('one at a time, whatever fails', () => {
  test('the lease lets one process work a term', async () => {
    const { create, state } = make({ leaseMs: 30_000 });
    const [a, b] = [create('a'), create('b')];
    expect(await a.runOnce()).toMatchObject({ skipped: false });
    expect(await b.runOnce()).toMatchObject({ skipped: true });
    state.now += 30_000;
    expect(await b.runOnce()).toMatchObject({ skipped: false });
    expect(await a.runOnce()).toMatchObject({ skipped: true });
  });

  test('with Temporal down the tick ends, and the next one does the work', async () => {
    const { reconciler, engine, insert, head } = make();
    const run = await insert({ state: 'RUN' });
    engine.add(run.id, { close: completed(START - MINUTE) });
    engine.down = 'before';
    expect((await reconciler.runOnce()).failures).toEqual(['live', 'stalled']);
    engine.down = undefined;
    expect(await reconciler.runOnce()).toMatchObject({ closed: 1, failures: [] });
    expect((await head(run))?.state).toBe('DONE');
  });

  test('with the store down the tick ends too', async () => {
    const { reconciler, stores } = make();
    Object.assign(stores.leases, { acquire: async () => Promise.reject(new Error('down')) });
    expect(await reconciler.runOnce()).toMatchObject({ skipped: false, failures: ['lease'] });
  });
});
