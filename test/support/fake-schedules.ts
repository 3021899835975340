import { RepriseError } from '../../src/flow';
import type { ScheduleEngine } from '../../src/service/schedules/engine-port';

/** Schedules that Temporal would have: whether each rests. They start nothing. */
export const createFakeSchedules = (): ScheduleEngine & { readonly resting: Map<string, boolean> } => {
  const resting = new Map<string, boolean>();
  const assertThere = (id: string): void => {
    if (!resting.has(id)) throw new RepriseError('not_found', `no schedule ${id}`);
  };
  return {
    resting,
    async put(schedule, options) {
      if ('cron' in schedule.when && schedule.when.cron === 'never') throw new RepriseError('validation_error', 'no cron');
      resting.set(schedule.id, options.resting);
    },
    remove: async (id) => void resting.delete(id),
    trigger: async (id) => assertThere(id),
    backfill: async (id) => assertThere(id),
    async next(id) {
      assertThere(id);
      return Array.from({ length: 10 }, (_, n) => new Date(Date.UTC(2026, 0, 2 + n)));
    },
  };
};
