import type { JsonObject } from '../../flow';
import type { Schedule, ScheduleStore } from '../ports';
import type { Database } from './database';
import type { ScheduleRow } from './rows';
import { fromText, toText } from './text';

export const createMongoScheduleStore = ({ models, run, insertOnce }: Database): ScheduleStore => {
  const { schedules } = models;
  const get = async (workspace: string, id: string): Promise<Schedule | undefined> => {
    const row = await run(() => schedules.findOne({ _id: id }).lean());
    return row?.workspace === workspace ? scheduleOf(row) : undefined;
  };
  return {
    insert: async (schedule) => void (await insertOnce(schedules, rowOf(schedule))),
    get,
    async list(workspace, { flowId }, page) {
      const filter = { workspace, ...(flowId === undefined ? {} : { flowId }) };
      const total = await run(() => schedules.countDocuments(filter));
      const sorted = schedules.find(filter).sort({ createdAt: -1, _id: -1 });
      return { items: (await run(() => sorted.skip(page.offset).limit(page.limit).lean())).map(scheduleOf), total };
    },
    async replace(schedule) {
      const { _id, ...members } = rowOf(schedule);
      await run(() => schedules.updateOne({ _id }, { $set: members }));
    },
    async delete(workspace, id) {
      if ((await get(workspace, id)) === undefined) return false;
      return (await run(() => schedules.deleteOne({ _id: id }))).deletedCount > 0;
    },
  };
};

const rowOf = ({ id, when, input, ...row }: Schedule): ScheduleRow => ({
  _id: id,
  ...row,
  when: toText(when),
  input: toText(input),
});

const scheduleOf = ({ _id, when, input, ...row }: ScheduleRow): Schedule => ({
  id: _id,
  ...row,
  when: fromText(when) as Schedule['when'],
  input: fromText(input) as JsonObject,
});
