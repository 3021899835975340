import { trusted } from 'mongoose';
import type { SlotRows } from '../slots/slot-rows';
import type { Database } from './database';
import { idRange } from './text';

export const createMongoSlotRows = ({ models, run, insertOnce }: Database): SlotRows => ({
  insert: ({ id, ...row }) => insertOnce(models.slots, { _id: id, ...row }),
  async list(idPrefix, limit) {
    const found = models.slots.find({ _id: trusted(idRange(idPrefix)) }).sort({ _id: 1 });
    return (await run(() => found.limit(limit).lean())).map(({ _id, ...row }) => ({ id: _id, ...row }));
  },
  async delete({ id, runId }) {
    await run(() => models.slots.deleteOne({ _id: id, runId }));
  },
});
