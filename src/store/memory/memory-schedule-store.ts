import type { Schedule, ScheduleStore } from '../ports';
import { newestFirst, pageOf } from './newest-first';

export const createMemoryScheduleStore = (): ScheduleStore => {
  const rows = new Map<string, Schedule>();
  return {
    insert: async (schedule) => void rows.set(schedule.id, structuredClone(schedule)),
    async get(workspace, id) {
      const row = rows.get(id);
      return row?.workspace === workspace ? structuredClone(row) : undefined;
    },
    list: async (workspace, { flowId }, page) =>
      pageOf(
        newestFirst(rows.values()).filter(
          (row) => row.workspace === workspace && (flowId === undefined || row.flowId === flowId),
        ),
        page,
      ),
    async replace(schedule) {
      if (rows.has(schedule.id)) rows.set(schedule.id, structuredClone(schedule));
    },
    delete: async (workspace, id) => rows.get(id)?.workspace === workspace && rows.delete(id),
  };
};
