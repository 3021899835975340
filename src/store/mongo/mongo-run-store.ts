import type { Run, RunStore } from '../ports';
import type { Database } from './database';
import type { HeadGate } from './head-gate';
import type { RunFinder } from './run-finder';
import { changeUpdate, closureUpdate, lateUpdate, runOf, runRowOf } from './run-rows';

/** Heads. One write each: insert, applyHead, close; a change that comes too late may cost a second one. */
export const createMongoRunStore = ({ models, run }: Database, heads: HeadGate & RunFinder): RunStore => {
  const getById = async (id: string): Promise<Run | undefined> => {
    const row = await run(() => models.runs.findOne({ _id: id }).lean());
    return row === null ? undefined : runOf(row);
  };

  return {
    insert: (newRun) => heads.insert(runRowOf(newRun)),
    async get(workspace, id) {
      const found = await getById(id);
      return found?.workspace === workspace ? found : undefined;
    },
    getById,
    async applyHead(id, change, options) {
      const condition = { live: true, ...(change.epoch === undefined ? {} : { atMostEpoch: change.epoch }) };
      if (Object.keys(change).length === 0 || (await heads.update(id, condition, changeUpdate(change)))) return;
      const repairs = options?.repair === true && change.nodes !== undefined;
      if (repairs && (await heads.update(id, { live: false }, lateUpdate(change, true)))) return;
      if (change.dirty !== undefined) await heads.update(id, {}, lateUpdate(change, false));
    },
    async close(id, closure, last) {
      if (last === undefined) return heads.update(id, { live: true }, closureUpdate(closure));
      const { dirty, epoch } = last;
      const whole = { live: true, ...(epoch === undefined ? {} : { atMostEpoch: epoch }) };
      if (await heads.update(id, whole, closureUpdate(closure, last))) return true;
      return heads.update(id, { live: true }, closureUpdate(closure, dirty === undefined ? {} : { dirty }));
    },
    list: (workspace, filter, page) => heads.list(workspace, filter, page),
    listStarts: (workspace, filter, position, limit) => heads.listStarts(workspace, filter, position, limit),
    listNew: (before, limit) => heads.listNew(before, limit),
    listDirty: (limit) => heads.listDirty(limit),
    listLive: (afterId, limit) => heads.listLive(afterId, limit),
  };
};
