import { trusted, type QueryFilter } from 'mongoose';
import type { Run } from '../ports';
import type { Database } from './database';
import type { HeadGate } from './head-gate';
import type { RunFinder } from './run-finder';
import { after, within } from './mongo-audit-store';
import { runOf } from './run-rows';
import type { RunRow } from './rows';

/** MongoDB decides: the condition of an update is part of its filter, and lists are queries on declared indexes. */
export const createFilteredHeads = ({ models, run, insertOnce }: Database): HeadGate & RunFinder => {
  const { runs } = models;
  const some = async (filter: QueryFilter<RunRow>, sort: Record<string, 1 | -1>, limit: number, offset = 0): Promise<Run[]> => {
    const rows = await run(() => runs.find(filter, { nodes: 0 }).sort(sort).skip(offset).limit(limit).lean());
    return rows.map(runOf);
  };

  return {
    insert: (row) => insertOnce(runs, row),
    async update(id, { live, atMostEpoch }, update) {
      const filter: QueryFilter<RunRow> = {
        _id: id,
        ...(live === undefined ? {} : { live }),
        // Operators of our own are trusted; sanitizeFilter takes every other one for data.
        ...(atMostEpoch === undefined ? {} : { epoch: trusted({ $lte: atMostEpoch }) }),
      };
      const { matchedCount } = await run(() => runs.updateOne(filter, update));
      return matchedCount > 0;
    },
    async list(workspace, { flowId, states, ...times }, page) {
      const filter: QueryFilter<RunRow> = {
        workspace,
        ...(flowId === undefined ? {} : { flowId }),
        ...(states === undefined ? {} : { state: trusted({ $in: [...states] }) }),
        ...within('createdAt', times),
      };
      const total = await run(() => runs.countDocuments(filter));
      return { items: await some(filter, { createdAt: -1, _id: -1 }, page.limit, page.offset), total };
    },
    listStarts: (workspace, { accountId, ...times }, position, limit) =>
      some(
        {
          workspace,
          startedBy: accountId ?? trusted({ $gt: '' }),
          // Two conditions on one member, so both in a list.
          $and: [within('createdAt', times), after('createdAt', position)],
        },
        { createdAt: -1, _id: -1 },
        limit,
      ),
    listNew: (before, limit) =>
      some({ live: true, state: 'NEW', createdAt: trusted({ $lt: before }) }, { createdAt: 1, _id: 1 }, limit),
    listDirty: (limit) => some({ dirty: true }, { _id: 1 }, limit),
    listLive: (afterId, limit) =>
      some({ live: true, ...(afterId === undefined ? {} : { _id: trusted({ $gt: afterId }) }) }, { _id: 1 }, limit),
  };
};
