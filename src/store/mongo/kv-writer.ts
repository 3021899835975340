/**
 * Writes of the key-value store, each applied exactly once per operation id (X1), without transactions.
 *
 * K1. The document of a key names the operation that wrote it last, with its answer: value and memory change in one update.
 * K2. Before a document forgets its last operation, that one's answer is kept by insert in `kv_operations`.
 * K3. A writer reads the document first and the kept answers after it. An operation that is in neither was not applied when the
 *     document was read, by K1 and K2.
 * K4. The update asks that the last operation is still the one that was read; else the writer begins again.
 * On the stand-in K4 cannot be asked of the server (M1); there the queue, which orders writers of one process, is enough.
 */
import { RepriseError, type Json } from '../../flow';
import { applyKvWrite, assertKvKey, KV_MEMORY_MS, type KvEntry, type KvOutcome, type KvWrite } from '../kv-write';
import type { Database } from './database';
import { createKeyedQueue } from './keyed-queue';
import type { KvRow } from './rows';
import { fromText, toText } from './text';

export interface KvRequest {
  readonly workspace: string;
  readonly key: string;
  readonly operationId: string;
  readonly change: KvWrite;
}

const NEVER = Number.MAX_SAFE_INTEGER;
const MOST_TRIES = 60;

export const createKvWriter = (database: Database, now: () => number): ((request: KvRequest) => Promise<Json>) => {
  const { models, run, insertOnce, standIn } = database;
  const inTurn = createKeyedQueue();

  const keptAnswer = async (operation: string): Promise<Json | undefined> => {
    const kept = await run(() => models.kvOperations.findOne({ _id: operation }).lean());
    return kept === null ? undefined : (fromText(kept.result) as Json);
  };
  /** False when another operation came first. */
  const replace = async (before: KvRow | null, row: KvRow): Promise<boolean> => {
    if (before === null) return insertOnce(models.kv, row);
    const { _id, ...$set } = row;
    const filter = { _id, ...(standIn ? {} : { lastOperation: before.lastOperation }) };
    const { matchedCount } = await run(() => models.kv.updateOne(filter, { $set }));
    return matchedCount > 0;
  };
  const keep = (operation: string, result: string): Promise<boolean> =>
    insertOnce(models.kvOperations, { _id: operation, result, purgeAt: now() + KV_MEMORY_MS });

  /** undefined: another writer was faster. */
  const attempt = async ({ workspace, key, operationId, change }: KvRequest): Promise<Json | undefined> => {
    const operation = `${workspace}:${operationId}`;
    const _id = `${workspace}:${key}`;
    const before = await run(() => models.kv.findOne({ _id }).lean());
    if (before?.lastOperation === operation) return answerAgain(change, fromText(before.lastResult) as Json, before);
    const answered = await keptAnswer(operation);
    if (answered !== undefined) return answerAgain(change, answered, before);
    const outcome = applyKvWrite(key, entryOf(before, now()), change, now());
    if (before === null && outcome.entry === undefined) {
      // Nothing to delete and no document to remember it.
      return (await keep(operation, toText(outcome.result))) ? outcome.result : keptAnswer(operation);
    }
    if (before !== null) await keep(before.lastOperation, before.lastResult);
    const row: KvRow = {
      _id,
      workspace,
      key,
      ...stateOf(outcome, now()),
      lastOperation: operation,
      lastResult: toText(toKept(outcome.result)),
    };
    return (await replace(before, row)) ? outcome.result : undefined;
  };

  const untilApplied = async (request: KvRequest): Promise<Json> => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const answer = await attempt(request);
      if (answer !== undefined) return answer;
      await pause(Math.random() * Math.min(50, 2 * (tries + 1)));
    }
    throw new RepriseError('unavailable', `The key "${request.key}" is written by too many at once; repeat the write later.`, {
      details: { retryAfterSeconds: 1 },
    });
  };

  return (request) => {
    assertKvKey(request.key);
    return inTurn(`${request.workspace}:${request.key}`, () => untilApplied(request));
  };
};

/** A list is remembered by its length: whole lists would cost the square of what is appended. */
const toKept = (result: Json): Json => (Array.isArray(result) ? result.length : result);

/** The first answer of an append is the beginning of today's list, unless the key was set anew in between. */
const answerAgain = (change: KvWrite, kept: Json, row: KvRow | null): Json => {
  if (change.kind !== 'append' || typeof kept !== 'number') return kept;
  const list = row === null ? null : (fromText(row.value) as Json);
  return Array.isArray(list) ? list.slice(0, kept) : [change.value];
};

const entryOf = (row: KvRow | null, nowMs: number): KvEntry | undefined => {
  if (row === null || row.deleted || row.expiresAt <= nowMs) return undefined;
  return { value: fromText(row.value) as Json, ...(row.expiresAt === NEVER ? {} : { expiresAt: row.expiresAt }) };
};

const stateOf = ({ entry }: KvOutcome, nowMs: number): Pick<KvRow, 'value' | 'expiresAt' | 'purgeAt' | 'deleted'> => {
  if (entry === undefined) return { value: 'null', expiresAt: nowMs, purgeAt: nowMs + KV_MEMORY_MS, deleted: true };
  const expiresAt = entry.expiresAt ?? NEVER;
  return { value: toText(entry.value), expiresAt, purgeAt: Math.min(NEVER, expiresAt + KV_MEMORY_MS), deleted: false };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
