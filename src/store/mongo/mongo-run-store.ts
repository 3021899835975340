import { trusted, type QueryFilter } from 'mongoose';
import type { Run, RunStore } from '../ports';
import type { Database } from './database';
import { createFilterGate, type HeadGate } from './head-gate';
import { createHeadLedger } from './head-ledger';
import { changeUpdate, closureUpdate, lateUpdate, runOf, runRowOf } from './run-rows';
import type { RunRow } from './rows';

/** Heads. One write each: insert, applyHead, close; a change that comes too late may cost a second one. */
export const createMongoRunStore = (database: Database): RunStore => {
  const { run, insertOnce } = database;
  const { runs } = database.models;
  const gate: HeadGate = database.standIn ? createHeadLedger(database) : createFilterGate(database);

  const getById = async (id: string): Promise<Run | undefined> => {
    const row = await run(() => runs.findOne({ _id: id }).lean());
    return row === null ? undefined : runOf(row);
  };
  const some = async (filter: QueryFilter<RunRow>, sort: Record<string, 1 | -1>, limit: number, offset = 0): Promise<Run[]> => {
    const rows = await run(() => runs.find(filter, { nodes: 0 }).sort(sort).skip(offset).limit(limit).lean());
    return rows.map(runOf);
  };

  return {
    async insert(newRun) {
      const row = runRowOf(newRun);
      const isNew = await insertOnce(runs, row);
      if (isNew) gate.inserted(row);
      return isNew;
    },
    async get(workspace, id) {
      const found = await getById(id);
      return found?.workspace === workspace ? found : undefined;
    },
    getById,
    async list(workspace, { flowId, states }, page) {
      const filter: QueryFilter<RunRow> = {
        workspace,
        ...(flowId === undefined ? {} : { flowId }),
        ...(states === undefined ? {} : { state: trusted({ $in: [...states] }) }),
      };
      const total = await run(() => runs.countDocuments(filter));
      return { items: await some(filter, { createdAt: -1, _id: -1 }, page.limit, page.offset), total };
    },
    async applyHead(id, change, options) {
      const condition = { live: true, ...(change.epoch === undefined ? {} : { atMostEpoch: change.epoch }) };
      if (isEmpty(change) || (await gate.update(id, condition, changeUpdate(change)))) return;
      if (
        options?.repair === true &&
        change.nodes !== undefined &&
        (await gate.update(id, { live: false }, lateUpdate(change, true)))
      )
        return;
      if (change.dirty !== undefined) await gate.update(id, {}, lateUpdate(change, false));
    },
    close: (id, closure) => gate.update(id, { live: true }, closureUpdate(closure)),
    listNew: (before, limit) =>
      some({ live: true, state: 'NEW', createdAt: trusted({ $lt: before }) }, { createdAt: 1, _id: 1 }, limit),
    listDirty: (limit) => some({ dirty: true }, { _id: 1 }, limit),
    listLive: (afterId, limit) =>
      some({ live: true, ...(afterId === undefined ? {} : { _id: trusted({ $gt: afterId }) }) }, { _id: 1 }, limit),
  };
};

const isEmpty = (change: object): boolean => Object.keys(change).length === 0;
