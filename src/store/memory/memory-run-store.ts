import { isAfter, isWithin } from '../audit-order';
import type { Run, RunStore } from '../ports';
import { applyHeadChange, closeHead } from '../run-head';
import { newestFirst, pageOf } from './newest-first';

export const createMemoryRunStore = (): RunStore => {
  const runs = new Map<string, Run>();
  const byId = (): Run[] => [...runs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const isLive = (run: Run): boolean => run.endedAt === undefined;
  const withoutNodes = (run: Run): Run => ({ ...run, nodes: {} });
  const some = (found: readonly Run[], limit: number): Run[] => structuredClone(found.slice(0, limit).map(withoutNodes));

  return {
    async insert(run) {
      if (runs.has(run.id)) return false;
      runs.set(run.id, structuredClone(run));
      return true;
    },
    async get(workspace, id) {
      const run = runs.get(id);
      return run?.workspace === workspace ? structuredClone(run) : undefined;
    },
    getById: async (id) => structuredClone(runs.get(id)),
    async list(workspace, { flowId, states, ...times }, page) {
      const found = newestFirst(runs.values()).filter(
        (run) =>
          run.workspace === workspace &&
          (flowId === undefined || run.flowId === flowId) &&
          (states === undefined || states.includes(run.state)) &&
          isWithin(run.createdAt, times),
      );
      return pageOf(found.map(withoutNodes), page);
    },
    async listStarts(workspace, filter, position, limit) {
      const found = newestFirst(runs.values()).filter(
        ({ id, createdAt, trigger, ...run }) =>
          run.workspace === workspace &&
          trigger.asked !== undefined &&
          (filter.accountId === undefined || trigger.by === filter.accountId) &&
          isWithin(createdAt, filter) &&
          isAfter({ at: createdAt, id }, position),
      );
      return some(found, limit);
    },
    async applyHead(id, change, options) {
      const run = runs.get(id);
      if (run !== undefined) runs.set(id, applyHeadChange(run, structuredClone(change), options));
    },
    async close(id, closure, last = {}) {
      const run = runs.get(id);
      if (run === undefined || !isLive(run)) return false;
      runs.set(id, closeHead(applyHeadChange(run, structuredClone(last)), structuredClone(closure)));
      return true;
    },
    async listNew(before, limit) {
      const found = newestFirst(runs.values()).reverse();
      return some(
        found.filter((run) => isLive(run) && run.state === 'NEW' && run.createdAt < before),
        limit,
      );
    },
    listDirty: async (limit) =>
      some(
        byId().filter((run) => run.dirty),
        limit,
      ),
    listLive: async (afterId, limit) =>
      some(
        byId().filter((run) => isLive(run) && (afterId === undefined || run.id > afterId)),
        limit,
      ),
  };
};
