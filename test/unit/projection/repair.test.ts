import { repairEpoch } from '../../../src/projection/journal-buffer';
import { repairRun } from '../../../src/projection/repair';
import { createMemoryStores } from '../../../src/store/memory';
import type { JournalEntry } from '../../../src/flow';
import { anEntry, aRun, epoch as epochOf } from '../../contract/store-factories';
import { createFakeTemporal } from '../../support/fake-temporal';
import { createRecordingLogger } from '../../support/recording-logger';

const task = (historyLength: number) => ({ temporalRunId: 'aaaaaaaa-1', historyLength, runStartMs: 1_000 });
const told = (historyLength: number): string => repairEpoch(task(historyLength)).replace('~', '-00000000002000');
const entries = (from: number, to: number, message?: string) =>
  Array.from({ length: to - from + 1 }, (_, n) => anEntry(from + n, message));

const make = async (journal: JournalEntry[], committedLength = 9) => {
  const stores = createMemoryStores();
  const engine = createFakeTemporal();
  const run = aRun({ state: 'RUN', dirty: true });
  await stores.runs.insert(run);
  engine.add(run.id, { journal, committedLength });
  const store = (length: number, stored: JournalEntry[]) =>
    stores.journal.append([
      { runId: run.id, workspace: 'ws_1', epoch: told(length), firstSeq: stored[0]?.seq ?? 0, entries: stored },
    ]);
  const repair = async () =>
    repairRun(
      { engine, journal: stores.journal, runs: stores.runs, replay: engine.replay, logger: createRecordingLogger().logger },
      (await stores.runs.getById(run.id)) ?? run,
    );
  const messages = async () => (await stores.journal.read(run.id, 0, 1_000)).map((entry) => `${entry.seq} ${entry.message}`);
  return { stores, run, store, repair, messages, head: () => stores.runs.getById(run.id) };
};
const expected = (list: JournalEntry[]) => list.map((entry) => `${entry.seq} ${entry.message}`);

test('a journal that is equal to its history is left alone and its head is clean', async () => {
  const { store, repair, messages, head } = await make(entries(1, 6));
  await store(3, entries(1, 6));
  expect(await repair()).toBe(0);
  expect(await messages()).toEqual(expected(entries(1, 6)));
  expect(await head()).toMatchObject({ seq: 6, dirty: false });
});

test('lost entries come back, at the front, in the middle and at the end', async () => {
  const { store, repair, messages } = await make(entries(1, 8));
  await store(3, entries(2, 3));
  await store(5, entries(6, 6));
  expect(await repair()).toBe(5);
  expect(await messages()).toEqual(expected(entries(1, 8)));
  expect(await repair()).toBe(0);
});

test('content of a try that was not committed is replaced', async () => {
  const { store, repair, messages } = await make(entries(1, 4, 'true'));
  await store(9, entries(1, 4, 'of a killed try'));
  await repair();
  expect(await messages()).toEqual(expected(entries(1, 4, 'true')));
});

test('a tail that was never committed is cut, and what comes later is not', async () => {
  const { store, repair, messages } = await make(entries(1, 2));
  await store(3, [...entries(1, 2), ...entries(3, 5, 'ghost')]);
  expect(await repair()).toBe(1);
  expect(await messages()).toEqual(expected(entries(1, 2)));
  await store(15, entries(3, 3, 'told later'));
  expect(await messages()).toEqual([...expected(entries(1, 2)), '3 told later']);
  expect(await repair()).toBe(0);
});

test('what a task under way tells stays', async () => {
  const { store, repair, messages } = await make(entries(1, 2), 9);
  await store(12, entries(3, 4, 'provisional'));
  await repair();
  expect(await messages()).toEqual(expected([...entries(1, 2), ...entries(3, 4, 'provisional')]));
});

test('a head that moved on meanwhile stays dirty for the next round', async () => {
  const { stores, run, store, repair, head } = await make(entries(1, 2));
  await store(3, entries(1, 2));
  const { readBuckets } = stores.journal;
  Object.assign(stores.journal, {
    readBuckets: async (runId: string) => {
      const buckets = await readBuckets(runId);
      await stores.runs.applyHead(run.id, { seq: 9, epoch: told(20) });
      return buckets;
    },
  });
  await repair();
  expect(await head()).toMatchObject({ seq: 9, dirty: true });
});

test('the journal of a closed run is repaired, its nodes too', async () => {
  const node: JournalEntry = {
    ...anEntry(3),
    type: 'node.ended',
    node: 'a',
    path: 'a',
    nodeRunId: 'nrun_1',
    nodeType: 'log',
    state: 'DONE',
  };
  const { stores, run, repair, head } = await make([...entries(1, 2), node]);
  await stores.runs.close(run.id, { state: 'DONE', endedAt: new Date(5_000) });
  await repair();
  expect(await head()).toMatchObject({ state: 'DONE', dirty: false, nodes: { a: { state: 'DONE' } } });
});

test('a repair outranks its own task and no later one', () => {
  expect(told(9) < repairEpoch(task(9))).toBe(true);
  expect(repairEpoch(task(9)) < told(10)).toBe(true);
  expect(epochOf(9) < epochOf(10)).toBe(true);
});

test('a run that ended while its earlier history was replayed stays dirty for the next round', async () => {
  const { stores, run, store, repair, head } = await make(entries(1, 2));
  await store(3, entries(1, 2));
  const { readBuckets } = stores.journal;
  Object.assign(stores.journal, {
    readBuckets: async (runId: string) => {
      const found = await readBuckets(runId);
      await stores.runs.close(run.id, { state: 'DONE', endedAt: new Date(9_000), seq: 4 });
      await stores.runs.applyHead(run.id, { dirty: true });
      return found;
    },
  });
  await repair();
  expect(await head()).toMatchObject({ state: 'DONE', dirty: true });
});
