import type { mongo } from 'mongoose';
import type { Database } from '../../../src/store/mongo/database';
import { createFilteredHeads } from '../../../src/store/mongo/filtered-heads';
import { createMongoIdempotencyStore } from '../../../src/store/mongo/mongo-claims';
import { createMongoFlowStore } from '../../../src/store/mongo/mongo-flow-store';
import { createMongoJournalStore } from '../../../src/store/mongo/mongo-journal-store';
import { createMongoKvStore } from '../../../src/store/mongo/mongo-kv-store';
import { createMongoRunStore } from '../../../src/store/mongo/mongo-run-store';
import { createIndexedHeads } from '../../../src/store/mongo/stand-in/indexed-heads';
import { aBucket, aFlow, anEntry, aRun, aSummary, at, aVersion, epoch, newId } from '../../contract/store-factories';
import { sharedEngines } from '../../support/engines';
import { rawDatabase } from './raw-database';

const headsOf = async (database: Database) => (database.standIn ? createIndexedHeads(database) : createFilteredHeads(database));

const WATCHED = ['insert', 'update', 'find', 'findAndModify', 'count', 'aggregate', 'delete'];

/** What the hot paths cost: commands to the server, and on the stand-in only filters that it does not scan for. */
describe.each([true, false])('commands an operation sends (stand-in mode: %s)', (standIn) => {
  let database: Database;
  let sent: mongo.CommandStartedEvent[] = [];
  beforeAll(async () => {
    database = await rawDatabase(sharedEngines().mongodbUri, standIn);
    const note = (event: mongo.CommandStartedEvent): void => void (WATCHED.includes(event.commandName) && sent.push(event));
    database.models.runs.db.getClient().on('commandStarted', note);
  });
  afterAll(() => database.models.runs.db.close());

  const commandsOf = async (operation: () => Promise<unknown>): Promise<string[]> => {
    sent = [];
    await operation();
    return sent.map((event) => event.commandName);
  };
  const filters = (): unknown[] =>
    sent.flatMap(({ command }) => {
      const updates = (command['updates'] as { q: object }[] | undefined) ?? [];
      return [...updates.map((update) => update.q), ...('filter' in command ? [command['filter'] as object] : [])];
    });

  test('a run costs one write to insert, one a flush of the head, one to close', async () => {
    const runs = createMongoRunStore(database, await headsOf(database));
    const run = aRun();
    expect(await commandsOf(() => runs.insert(run))).toEqual(['insert']);
    const change = { state: 'RUN', seq: 4, epoch: epoch(4), nodes: { a: aSummary(), b: aSummary() } } as const;
    expect(await commandsOf(() => runs.applyHead(run.id, change))).toEqual(['update']);
    if (standIn) expect(filters()).toEqual([{ _id: run.id }]);
    expect(await commandsOf(() => runs.close(run.id, { state: 'DONE', endedAt: at(1) }))).toEqual(['update']);
    if (standIn) expect(filters()).toEqual([{ _id: run.id }]);
    expect(await commandsOf(() => runs.get('ws_1', run.id))).toEqual(['find']);
    expect(filters()).toEqual([{ _id: run.id }]);
    expect(await commandsOf(() => runs.close(run.id, { state: 'FAIL', endedAt: at(1) }))).toEqual(standIn ? [] : ['update']);
  });

  test('a page of heads costs the stand-in one read each and no scan', async () => {
    const workspace = newId('ws');
    const mine = [aRun({ workspace }), aRun({ workspace })];
    for (const run of [...mine, ...Array.from({ length: 100 }, () => aRun())])
      await createMongoRunStore(database, await headsOf(database)).insert(run);
    const runs = createMongoRunStore(database, await headsOf(database));
    const commands = await commandsOf(() => runs.list(workspace, {}, { limit: 10, offset: 0 }));
    expect(commands).toEqual(standIn ? ['find', 'find'] : ['aggregate', 'find']);
    if (standIn) expect(filters()).toEqual([...mine].reverse().map((run) => ({ _id: run.id })));
  });

  test('buckets of any number cost one write, claims one, versions and flows one', async () => {
    const journal = createMongoJournalStore(database);
    const runId = newId('run');
    const buckets = [aBucket(runId, 1, [anEntry(1)]), aBucket(newId('run'), 1, [anEntry(1)])];
    expect(await commandsOf(() => journal.append(buckets))).toEqual(['insert']);
    const claim = { workspace: 'ws_1', flowId: 'f', key: newId('key'), generation: 0, bodyHash: 'h', runId };
    const idempotency = createMongoIdempotencyStore(database);
    expect(await commandsOf(() => idempotency.claim(claim))).toEqual(['insert']);
    expect(await commandsOf(() => idempotency.claim(claim))).toEqual(['insert', 'find']);
    const flows = createMongoFlowStore(database);
    const flow = aFlow();
    expect(await commandsOf(() => flows.insert(flow))).toEqual(['insert']);
    expect(await commandsOf(() => flows.insertVersion(aVersion({ flowId: flow.id })))).toEqual(['insert']);
    expect(await commandsOf(() => flows.get('ws_1', flow.id))).toEqual(['find']);
    expect(await commandsOf(() => flows.getVersion('ws_1', flow.id, 1))).toEqual(['find']);
  });

  test('a write of the key-value store costs two reads and one or two writes, a read one', async () => {
    const kv = createMongoKvStore(database, Date.now);
    const ws = newId('ws');
    const op = () => ({ operationId: newId('op') });
    expect(await commandsOf(() => kv.set(ws, 'k', 1, op()))).toEqual(['find', 'find', 'insert']);
    expect(await commandsOf(() => kv.increment(ws, 'k', 1, op()))).toEqual(['find', 'find', 'insert', 'update']);
    if (standIn) for (const filter of filters()) expect(Object.keys(filter as object)).toEqual(['_id']);
    expect(await commandsOf(() => kv.get(ws, 'k'))).toEqual(['find']);
  });
});
