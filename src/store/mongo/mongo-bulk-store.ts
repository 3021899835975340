import type { BulkOperation, BulkStore } from '../ports';
import type { Database } from './database';
import type { BulkRow } from './rows';
import { fromText, optional, toText } from './text';

export const createMongoBulkStore = ({ models, run, insertOnce }: Database): BulkStore => {
  const { bulk } = models;
  return {
    async insert({ id, workspace, state, createdAt, endedAt, handled, failures, ...asked }) {
      const row = { _id: id, workspace, state, createdAt, ...optional('endedAt', endedAt), handled, failures: toText(failures) };
      await insertOnce<BulkRow>(bulk, { ...row, asked: toText(asked) });
    },
    async get(workspace, id) {
      const row = await run(() => bulk.findOne({ _id: id }).lean<BulkRow>());
      return row?.workspace === workspace ? operationOf(row) : undefined;
    },
    async advance(id, { failures, ...progress }) {
      await run(() => bulk.updateOne({ _id: id }, { $set: { ...progress, failures: toText(failures) } }));
    },
    async listRunning(limit) {
      const rows = await run(() => bulk.find({ state: 'running' }).sort({ _id: 1 }).limit(limit).lean<BulkRow[]>());
      return rows.map(operationOf);
    },
  };
};

const operationOf = ({ _id, asked, failures, endedAt, ...row }: BulkRow): BulkOperation => {
  return {
    id: _id,
    ...row,
    ...(fromText(asked) as Pick<BulkOperation, 'action' | 'principal' | 'runIds'>),
    failures: fromText(failures) as BulkOperation['failures'],
    ...optional('endedAt', endedAt),
  };
};
