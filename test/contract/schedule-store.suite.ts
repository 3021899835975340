import type { Schedule, ScheduleStore } from '../../src/store/ports';
import { at, newId } from './store-factories';

const aSchedule = (members: Partial<Schedule> = {}): Schedule => ({
  id: newId('sched'),
  workspace: 'ws_1',
  flowId: 'flow_1',
  when: { cron: '0 9 * * *' },
  timezone: 'UTC',
  jitterMs: 0,
  overlap: 'skip',
  catchUp: 'skip',
  input: { '$a.b': [1, null] },
  paused: false,
  createdBy: 'acct_1',
  createdAt: at(0),
  updatedAt: at(0),
  ...members,
});

export const scheduleStoreSuite = (makeStore: () => Promise<ScheduleStore>): void => {
  describe('ScheduleStore', () => {
    test('a schedule reads back as it was, in its workspace only', async () => {
      const store = await makeStore();
      const schedule = aSchedule({ when: { everyMs: 1_000 } });
      await store.insert(schedule);
      expect(await store.get('ws_1', schedule.id)).toEqual(schedule);
      expect(await store.get('ws_2', schedule.id)).toBeUndefined();
      const paused = { ...schedule, paused: true, when: { cron: '@daily' } };
      await store.replace(paused);
      expect(await store.get('ws_1', schedule.id)).toEqual(paused);
      expect(await store.delete('ws_2', schedule.id)).toBe(false);
      expect(await store.delete('ws_1', schedule.id)).toBe(true);
      await store.replace(paused);
      expect(await store.get('ws_1', schedule.id)).toBeUndefined();
    });

    test('lists are of one workspace, newest first, in pages, by flow', async () => {
      const store = await makeStore();
      const workspace = newId('ws');
      const rows = [1, 2, 3].map((n) => aSchedule({ workspace, createdAt: at(n), flowId: `flow_${n % 2}` }));
      for (const row of rows) await store.insert(row);
      const ids = async (filter: { readonly flowId?: string }, offset = 0) => {
        const page = await store.list(workspace, filter, { limit: 2, offset });
        return [page.total, ...page.items.map(({ id }) => rows.findIndex((row) => row.id === id))];
      };
      expect(await ids({})).toEqual([3, 2, 1]);
      expect(await ids({}, 2)).toEqual([3, 0]);
      expect(await ids({ flowId: 'flow_1' })).toEqual([2, 2, 0]);
    });
  });
};
