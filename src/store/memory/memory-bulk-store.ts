import type { BulkOperation, BulkStore } from '../ports';

export const createMemoryBulkStore = (): BulkStore => {
  const rows = new Map<string, BulkOperation>();
  return {
    insert: async (operation) => void rows.set(operation.id, structuredClone(operation)),
    async get(workspace, id) {
      const row = rows.get(id);
      return row?.workspace === workspace ? structuredClone(row) : undefined;
    },
    async advance(id, progress) {
      const row = rows.get(id);
      if (row !== undefined) rows.set(id, { ...row, ...structuredClone(progress) });
    },
    listRunning: async (limit) => {
      const running = [...rows.values()].filter(({ state }) => state === 'running').toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return structuredClone(running.slice(0, limit));
    },
  };
};
