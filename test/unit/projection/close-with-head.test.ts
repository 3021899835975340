/** The closer of a process that is the only one: an end waits for nothing, its close waits for the journal and takes the head along. */
import { createJournalBatcher, createRunCloser } from '../../../src/projection';
import { createMemoryStores } from '../../../src/store/memory';
import { anEntry, aRun } from '../../contract/store-factories';
import { aResult, away, createFakeTemporal } from '../../support/fake-temporal';
import { createRecordingLogger } from '../../support/recording-logger';

const completed = { kind: 'completed', at: 9_000, result: aResult() } as const;
const started = { ...anEntry(1), type: 'node.started', node: 'a', path: 'a', nodeRunId: 'nrun_a', state: 'RUN' } as const;
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
  const failures = { closes: 0 };
  const { append } = stores.journal;
  const { close } = stores.runs;
  stores.journal.append = async (buckets) => {
    await soon(10);
    if (state.storeDown) throw away();
    writes.push('journal');
    await append(buckets);
  };
  stores.runs.close = async (...args) => {
    if (state.storeDown || failures.closes-- > 0) throw away();
    writes.push('close');
    return close(...args);
  };
  const closer = createRunCloser({ engine, runs: stores.runs, logger });
  const batcher = createJournalBatcher({
    ...stores,
    closer,
    logger,
    clock: Date.now,
    options: { awaitEnds: false, retryMs: 20 },
  });
  const tell = (marks: { end?: boolean; park?: boolean }) =>
    batcher.sink(
      { runId: run.id, workspace: 'ws_1', entries: [started], park: true, end: false, ...marks },
      { temporalRunId: 'aaaaaaaa-1', historyLength: 3, runStartMs: 1 },
    );
  return { engine, stores, run, closer, batcher, tell, writes, state, failures };
};

test('an end is not awaited; its close goes behind the journal and is one write with the head', async () => {
  const { engine, stores, run, closer, tell, writes } = await make();
  const waiting = closer.whenClosed(run.id, 5_000);
  expect(tell({ end: true })).toBeUndefined();
  engine.end(run.id, completed);
  expect(await waiting).toMatchObject({ state: 'DONE' });
  expect(writes).toEqual(['journal', 'close']);
  const head = await stores.runs.getById(run.id);
  expect(head).toMatchObject({ state: 'DONE', endedAt: new Date(9_000), dirty: false, nodes: { a: { state: 'RUN' } } });
  expect(head?.epoch).toBeDefined();
});

test('a park is awaited all the same', async () => {
  const { tell, writes } = await make();
  await tell({ park: true });
  expect(writes).toEqual(['journal']);
});

test('while the store is down nothing is answered as closed, and nothing is lost when it is back', async () => {
  const { engine, stores, run, closer, tell, writes, state } = await make();
  state.storeDown = true;
  void tell({ end: true });
  engine.end(run.id, completed);
  expect(await closer.whenClosed(run.id, 50)).toBeUndefined();
  state.storeDown = false;
  expect(await closer.whenClosed(run.id, 5_000)).toMatchObject({ state: 'DONE' });
  expect(writes.slice(0, 2)).toEqual(['journal', 'close']);
  expect(await stores.runs.getById(run.id)).toMatchObject({ state: 'DONE', nodes: { a: { state: 'RUN' } } });
});

test('a close that fails keeps what it was to take along', async () => {
  const { engine, stores, run, closer, batcher, tell, failures } = await make();
  failures.closes = 1;
  void tell({ end: true });
  engine.end(run.id, completed);
  await expect(closer.whenClosed(run.id, 5_000)).rejects.toMatchObject({ code: 'unavailable' });
  expect((await stores.runs.getById(run.id))?.endedAt).toBeUndefined();
  await closer.whenClosed(run.id, 5_000);
  await batcher.stop();
  expect(await stores.runs.getById(run.id)).toMatchObject({ state: 'DONE', nodes: { a: { state: 'RUN' } } });
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
