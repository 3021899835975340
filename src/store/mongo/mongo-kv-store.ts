import { trusted } from 'mongoose';
import type { Json } from '../../flow';
import { assertKvKey } from '../kv-write';
import type { KvStore } from '../ports';
import type { Database } from './database';
import { createKvWriter } from './kv-writer';
import { fromText, idRange } from './text';

/** @param now epoch ms; decides what has expired */
export const createMongoKvStore = (database: Database, now: () => number): KvStore => {
  const { models, run } = database;
  const write = createKvWriter(database, now);

  return {
    async get(workspace, key) {
      assertKvKey(key);
      const row = await run(() => models.kv.findOne({ _id: `${workspace}:${key}` }).lean());
      if (row === null || row.deleted || row.expiresAt <= now()) return { found: false, value: null };
      return { found: true, value: fromText(row.value) as Json };
    },
    async set(workspace, key, value, { operationId, ttlMs }) {
      await write({ workspace, key, operationId, change: { kind: 'set', value, ...(ttlMs === undefined ? {} : { ttlMs }) } });
    },
    delete: async (workspace, key, { operationId }) =>
      (await write({ workspace, key, operationId, change: { kind: 'delete' } })) === true,
    increment: async (workspace, key, amount, { operationId }) =>
      Number(await write({ workspace, key, operationId, change: { kind: 'increment', amount } })),
    async append(workspace, key, value, { operationId }) {
      const list = await write({ workspace, key, operationId, change: { kind: 'append', value } });
      return Array.isArray(list) ? list : [];
    },
    async list(workspace, prefix, limit) {
      const filter = { _id: trusted(idRange(`${workspace}:${prefix}`)), deleted: false, expiresAt: trusted({ $gt: now() }) };
      const rows = await run(() => models.kv.find(filter).sort({ _id: 1 }).limit(limit).lean());
      return rows.map((row) => ({ key: row.key, value: fromText(row.value) as Json }));
    },
  };
};
