import { createJournalBatcher, type BatcherOptions } from '../../../src/projection';
import { createMemoryStores } from '../../../src/store/memory';
import type { JournalBucket, Run } from '../../../src/store/ports';
import type { JournalSinkCall } from '../../../src/workflows/contract';
import { anEntry, aRun } from '../../contract/store-factories';
import { away } from '../../support/fake-temporal';
import { createRecordingLogger } from '../../support/recording-logger';

const task = (historyLength: number) => ({ temporalRunId: 'aaaaaaaa-1', historyLength, runStartMs: 1_000 });
const entries = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => anEntry(from + n));
const soon = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const make = async (options: Partial<BatcherOptions> = {}) => {
  const stores = createMemoryStores();
  const run = aRun({ state: 'NEW' });
  await stores.runs.insert(run);
  const state = { down: false, appended: [] as (readonly JournalBucket[])[], heads: 0, followed: [] as string[] };
  const { logger, lines } = createRecordingLogger();
  const batcher = createJournalBatcher({
    journal: {
      append: async (buckets) => {
        if (state.down) throw away();
        state.appended.push(buckets);
        await stores.journal.append(buckets);
      },
    },
    runs: {
      getById: stores.runs.getById,
      applyHead: async (...change) => {
        if (state.down) throw away();
        state.heads += 1;
        await stores.runs.applyHead(...change);
      },
    },
    closer: {
      whenClosed: async (runId) => {
        state.followed.push(runId);
        return undefined;
      },
      closeThrough: () => undefined,
    },
    logger,
    clock: Date.now,
    options: { retryMs: 30, headSpacingMs: 0, ...options },
  });
  const tell = (length: number, told: JournalSinkCall['entries'], marks: { park?: boolean; end?: boolean } = {}) =>
    batcher.sink({ runId: run.id, workspace: run.workspace, entries: told, park: false, end: false, ...marks }, task(length));
  const head = async (): Promise<Run | undefined> => stores.runs.getById(run.id);
  const seqs = async (): Promise<number[]> => (await stores.journal.read(run.id, 0, 100_000)).map((entry) => entry.seq);
  return { batcher, stores, state, lines, run, tell, head, seqs };
};

describe('how a journal reaches the store', () => {
  test('calls that come together are one write, then the head follows', async () => {
    const { state, tell, seqs, head } = await make();
    expect(tell(3, entries(1, 2))).toBeUndefined();
    expect(tell(3, entries(3, 4))).toBeUndefined();
    await soon();
    expect(state.appended).toHaveLength(1);
    expect(await seqs()).toEqual([1, 2, 3, 4]);
    expect(await head()).toMatchObject({ seq: 4, dirty: false });
  });

  test('a run that moves on every few milliseconds is written in few batches, and nothing is missing', async () => {
    const { state, tell, seqs, head } = await make({ spacingMs: 50, headSpacingMs: 200 });
    for (let seq = 1; seq <= 30; seq += 1) {
      expect(tell(3, entries(seq, seq))).toBeUndefined();
      await soon(5);
    }
    await soon(300);
    expect(state.appended.length).toBeLessThan(15);
    expect(state.heads).toBeLessThan(state.appended.length);
    expect(await seqs()).toHaveLength(30);
    expect(await head()).toMatchObject({ seq: 30, dirty: false });
  });

  test('a park resolves when its journal is stored (P3)', async () => {
    const { tell, seqs } = await make({ coalesceMs: 10_000 });
    void tell(3, entries(1, 2));
    await tell(3, entries(3, 3), { park: true });
    expect(await seqs()).toEqual([1, 2, 3]);
  });

  test('a park with nothing to tell waits for what is on its way, or for nothing', async () => {
    const { tell, seqs } = await make({ coalesceMs: 10_000 });
    expect(tell(3, [], { park: true })).toBeUndefined();
    void tell(3, entries(1, 2));
    await tell(3, [], { park: true });
    expect(await seqs()).toEqual([1, 2]);
  });

  test('an end has its head written too, never terminal, and is followed to its close event (P2)', async () => {
    const { state, run, tell, head } = await make();
    await tell(3, [...entries(1, 2), { ...anEntry(3), type: 'run.ended', state: 'DONE' }], { end: true });
    expect(await head()).toMatchObject({ seq: 3, dirty: false });
    expect((await head())?.endedAt).toBeUndefined();
    expect(['NEW', 'RUN']).toContain((await head())?.state);
    expect(state.followed).toEqual([run.id]);
  });

  test('a task that runs again overrules what its first try told (P1)', async () => {
    const { stores, run, tell, head } = await make();
    await tell(3, [anEntry(1), anEntry(2, 'DONE'), anEntry(3, 'ended')], { park: true });
    await tell(7, [anEntry(1), anEntry(2, 'CANCELLED')], { park: true });
    await soon();
    expect((await stores.journal.read(run.id, 0, 10)).map((entry) => entry.message)).toEqual(['entry 1', 'CANCELLED']);
    expect((await head())?.dirty).toBe(true);
  });

  test('two tries of a transient task have the same history length; the later one wins', async () => {
    let now = 1_000;
    const stores = createMemoryStores();
    const batcher = createJournalBatcher({
      journal: stores.journal,
      runs: stores.runs,
      closer: { whenClosed: async () => undefined, closeThrough: () => undefined },
      logger: createRecordingLogger().logger,
      clock: () => (now += 2_000),
    });
    const call = { runId: 'run_1', workspace: 'ws', park: true, end: false };
    await batcher.sink({ ...call, entries: [anEntry(1, 'first')] }, task(6));
    await batcher.sink({ ...call, entries: [anEntry(1, 'second')] }, task(6));
    expect((await stores.journal.read('run_1', 0, 10))[0]?.message).toBe('second');
  });
});

describe('while the store is away', () => {
  test('a run goes on after the limit; everything is stored when it is back', async () => {
    const { state, lines, tell, seqs, head } = await make({ flushWaitMs: 40 });
    state.down = true;
    await tell(3, entries(1, 2), { park: true });
    await tell(5, entries(3, 4), { park: true });
    expect(await seqs()).toEqual([]);
    state.down = false;
    await soon(200);
    expect(await seqs()).toEqual([1, 2, 3, 4]);
    expect(await head()).toMatchObject({ seq: 4, dirty: true });
    expect(lines.filter((line) => line.message.includes('do not') || line.message.includes('does not take'))).toHaveLength(1);
  });

  test('beyond the bound a run is dropped and its head marked dirty', async () => {
    const { state, tell, seqs, head } = await make({ perRun: 3, flushWaitMs: 20 });
    state.down = true;
    void tell(3, entries(1, 2));
    await soon();
    void tell(5, entries(3, 4));
    await soon();
    state.down = false;
    await soon(200);
    expect(await seqs()).toEqual([]);
    expect((await head())?.dirty).toBe(true);
  });

  test('stop stores what is left', async () => {
    const { batcher, tell, seqs, head } = await make({ coalesceMs: 10_000 });
    void tell(3, entries(1, 3));
    await batcher.stop();
    expect(await seqs()).toEqual([1, 2, 3]);
    expect((await head())?.seq).toBe(3);
  });

  test('one journal that the store refuses does not hold up another', async () => {
    const stores = createMemoryStores();
    const [bad, good] = [aRun(), aRun()];
    for (const run of [bad, good]) await stores.runs.insert(run);
    const batcher = createJournalBatcher({
      journal: {
        append: async (buckets) => {
          if (buckets.some((bucket) => bucket.runId === bad.id)) throw new Error('document too large');
          await stores.journal.append(buckets);
        },
      },
      runs: stores.runs,
      closer: { whenClosed: async () => undefined, closeThrough: () => undefined },
      logger: createRecordingLogger().logger,
      clock: Date.now,
    });
    const call = { workspace: 'ws_1', entries: [anEntry(1)], park: true, end: false };
    await Promise.all([batcher.sink({ ...call, runId: bad.id }, task(3)), batcher.sink({ ...call, runId: good.id }, task(3))]);
    await soon();
    expect(await stores.journal.read(good.id, 0, 10)).toHaveLength(1);
    expect((await stores.runs.getById(good.id))?.dirty).toBe(false);
    expect((await stores.runs.getById(bad.id))?.dirty).toBe(true);
  });
});

describe('what a crash lost is noticed', () => {
  test('a gap between the head and the next entries marks the run dirty', async () => {
    const { stores, run, tell, head } = await make();
    await stores.runs.applyHead(run.id, { seq: 3 });
    await tell(9, entries(6, 7), { park: true });
    await soon();
    expect(await head()).toMatchObject({ seq: 7, dirty: true });
  });

  test('entries that follow on the head of another process do not', async () => {
    const { stores, run, tell, head } = await make();
    await stores.runs.applyHead(run.id, { seq: 5 });
    await tell(9, entries(6, 7), { park: true });
    await soon();
    expect(await head()).toMatchObject({ seq: 7, dirty: false });
  });

  test('a first task costs no read', async () => {
    const { stores, tell } = await make();
    let reads = 0;
    const { getById } = stores.runs;
    Object.assign(stores.runs, { getById: async (id: string) => ((reads += 1), getById(id)) });
    await tell(3, entries(1, 2), { end: true });
    expect(reads).toBe(0);
  });
});
