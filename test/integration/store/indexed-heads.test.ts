import type { Database } from '../../../src/store/mongo/database';
import { createMongoJournalStore } from '../../../src/store/mongo/mongo-journal-store';
import { createMongoRunStore } from '../../../src/store/mongo/mongo-run-store';
import { createIndexedHeads } from '../../../src/store/mongo/stand-in/indexed-heads';
import type { RunStore } from '../../../src/store/ports';
import { aBucket, anEntry, aRun, at, newId } from '../../contract/store-factories';
import { sharedEngines } from '../../support/engines';
import { rawDatabase } from './raw-database';

type When = 'before' | 'after';

/** A database that the test can make fail, before or after an operation took effect. */
const fragile = (database: Database) => {
  let failing: When | undefined;
  const step = async <T>(operation: () => PromiseLike<T>): Promise<T> => {
    const when = failing;
    if (when === 'before') throw new Error('no answer');
    const answer = await operation();
    if (when === 'after') throw new Error('no answer');
    return answer;
  };
  return {
    failNext: (when: When | undefined): void => void (failing = when),
    database: {
      ...database,
      run: (operation) => step(() => database.run(operation)),
      insertOnce: (model, row) => step(() => database.insertOnce(model, row)),
    } satisfies Database,
  };
};

/** What this process remembers of the stand-in's documents must be what a fresh start would read from them. */
describe('heads that this process keeps an index of', () => {
  let plain: Database;
  beforeAll(async () => {
    plain = await rawDatabase(sharedEngines().mongodbUri, true);
  });
  afterAll(() => plain.models.runs.db.close());

  const fresh = async (): Promise<RunStore> => createMongoRunStore(plain, await createIndexedHeads(plain));
  const all = { limit: 100, offset: 0 };

  test.each(['before', 'after'] as const)('a write without an answer (%s it took effect) leaves no doubt', async (when) => {
    const workspace = newId('ws');
    const { database, failNext } = fragile(plain);
    const runs = createMongoRunStore(database, await createIndexedHeads(database));
    const [inserted, changed, closed] = [aRun({ workspace }), aRun({ workspace }), aRun({ workspace })];
    await runs.insert(changed);
    await runs.insert(closed);
    failNext(when);
    await expect(runs.insert(inserted)).rejects.toThrow('no answer');
    await expect(runs.applyHead(changed.id, { state: 'WAIT' })).rejects.toThrow('no answer');
    await expect(runs.close(closed.id, { state: 'DONE', endedAt: at(9) })).rejects.toThrow('no answer');
    failNext(undefined);
    const afresh = await fresh();
    expect(await runs.list(workspace, {}, all)).toEqual(await afresh.list(workspace, {}, all));
    const waiting = { states: ['WAIT' as const] };
    expect((await runs.list(workspace, waiting, all)).total).toBe(when === 'after' ? 1 : 0);
    expect(await runs.close(closed.id, { state: 'FAIL', endedAt: at(9) })).toBe(when === 'before');
    expect((await runs.getById(closed.id))?.state).toBe(when === 'before' ? 'FAIL' : 'DONE');
    expect(await runs.insert(inserted)).toBe(when === 'before');
  });

  test('a restart reads what the process before it knew', async () => {
    const workspace = newId('ws');
    const runs = await fresh();
    const some = Array.from({ length: 5 }, (_, n) => aRun({ workspace, createdAt: at(n) }));
    for (const run of some) await runs.insert(run);
    await runs.close(some[0]?.id ?? '', { state: 'DONE', endedAt: at(9) });
    await runs.applyHead(some[1]?.id ?? '', { dirty: true, state: 'RUN' });
    const afresh = await fresh();
    expect(await afresh.list(workspace, {}, all)).toEqual(await runs.list(workspace, {}, all));
    expect(await afresh.listLive(undefined, 1_000)).toEqual(await runs.listLive(undefined, 1_000));
    expect(await afresh.listDirty(100)).toEqual(await runs.listDirty(100));
  });

  test('a run that somebody else inserted can be changed and closed', async () => {
    const mine = await fresh();
    const run = aRun();
    await (await fresh()).insert(run);
    await mine.applyHead(run.id, { seq: 3 });
    expect(await mine.close(run.id, { state: 'DONE', endedAt: at(1) })).toBe(true);
    expect(await mine.close(run.id, { state: 'DONE', endedAt: at(1) })).toBe(false);
  });

  test('buckets that were there before the first question and those after it are all read', async () => {
    const runId = newId('run');
    await createMongoJournalStore(plain).append([aBucket(runId, 1, [anEntry(1)])]);
    const journal = createMongoJournalStore(plain);
    await journal.append([aBucket(runId, 2, [anEntry(2)])]);
    const seqs = async () => (await journal.read(runId, 0, 10)).map((entry) => entry.seq);
    expect(await seqs()).toEqual([1, 2]);
    await journal.append([aBucket(runId, 3, [anEntry(3)])]);
    expect(await seqs()).toEqual([1, 2, 3]);
  });
});
