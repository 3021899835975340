/** The closer of a process that is the only one: it answers before it writes, and writes behind the journal. */
import { createJournalBatcher, createRunCloser } from '../../../src/projection';
import { createMemoryStores } from '../../../src/store/memory';
import { anEntry, aRun } from '../../contract/store-factories';
import { aResult, away, createFakeTemporal } from '../../support/fake-temporal';
import { createRecordingLogger } from '../../support/recording-logger';

const completed = { kind: 'completed', at: 9_000, result: aResult() } as const;
const soon = (ms = 30): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const make = async () => {
  const engine = createFakeTemporal();
  const stores = createMemoryStores();
  const run = aRun({ state: 'RUN' });
  await stores.runs.insert(run);
  engine.add(run.id);
  const { logger } = createRecordingLogger();
  const writes: string[] = [];
  const state = { storeDown: false };
  const { append } = stores.journal;
  const { close } = stores.runs;
  stores.journal.append = async (buckets) => {
    await soon(10);
    if (state.storeDown) throw away();
    writes.push('journal');
    await append(buckets);
  };
  stores.runs.close = async (...args) => {
    if (state.storeDown) throw away();
    writes.push('close');
    return close(...args);
  };
  const closer = createRunCloser({ engine, runs: stores.runs, logger, answerFirst: true });
  const batcher = createJournalBatcher({
    ...stores,
    closer,
    logger,
    clock: Date.now,
    options: { awaitEnds: false, retryMs: 20 },
  });
  const tell = (marks: { end?: boolean; park?: boolean }) =>
    batcher.sink(
      { runId: run.id, workspace: 'ws_1', entries: [anEntry(1)], park: true, end: false, ...marks },
      { temporalRunId: 'aaaaaaaa-1', historyLength: 3, runStartMs: 1 },
    );
  return { engine, stores, run, closer, batcher, tell, writes, state };
};

test('a waiter is answered before the write, and readers see the close meanwhile', async () => {
  const { engine, stores, run, closer, tell, writes } = await make();
  const waiting = closer.whenClosed(run.id, 5_000);
  expect(tell({ end: true })).toBeUndefined();
  engine.end(run.id, completed);
  expect(await waiting).toMatchObject({ state: 'DONE' });
  expect(writes).toEqual([]);
  expect(closer.unwritten(run.id)).toMatchObject({ state: 'DONE' });
  await soon();
  expect(writes).toEqual(['journal', 'close']);
  expect(closer.unwritten(run.id)).toBeUndefined();
  expect(await stores.runs.getById(run.id)).toMatchObject({ state: 'DONE', endedAt: new Date(9_000) });
});

test('a park is awaited all the same', async () => {
  const { tell, writes } = await make();
  await tell({ park: true });
  expect(writes).toEqual(['journal']);
});

test('while the store is down a close is answered and kept; it is written when the store is back', async () => {
  const { engine, stores, run, closer, tell, writes, state } = await make();
  state.storeDown = true;
  void tell({ end: true });
  engine.end(run.id, completed);
  expect(await closer.whenClosed(run.id, 5_000)).toMatchObject({ state: 'DONE' });
  await soon(60);
  expect(await closer.whenClosed(run.id, 5_000)).toMatchObject({ state: 'DONE' });
  state.storeDown = false;
  await soon(700);
  expect(writes).toEqual(['journal', 'close']);
  expect((await stores.runs.getById(run.id))?.state).toBe('DONE');
});

test('stop waits for what was answered', async () => {
  const { engine, stores, run, closer, batcher, tell } = await make();
  void tell({ end: true });
  engine.end(run.id, completed);
  await closer.whenClosed(run.id, 5_000);
  await batcher.stop();
  await closer.stop();
  expect((await stores.runs.getById(run.id))?.state).toBe('DONE');
});

test('a close whose end this process did not tell leaves the run to be rebuilt: its journal may lack its tail', async () => {
  const { engine, stores, run, closer, tell, writes } = await make();
  await tell({});
  engine.end(run.id, completed);
  expect(await closer.whenClosed(run.id, 5_000)).toMatchObject({ state: 'DONE' });
  await soon();
  expect(writes).toEqual(['journal', 'close']);
  expect(await stores.runs.getById(run.id)).toMatchObject({ state: 'DONE', dirty: true });
});
