import { trusted, type QueryFilter } from 'mongoose';
import type { Database } from './database';
import type { RunRow } from './rows';
import type { RunUpdate } from './run-rows';

/** What must hold for an update of a head. `atMostEpoch`: the head has seen no newer epoch than this. */
export interface HeadCondition {
  readonly live?: boolean;
  readonly atMostEpoch?: string;
}

/** Conditional updates of one head: all or nothing, also against other processes. */
export interface HeadGate {
  /** False when the condition does not hold or there is no such head. */
  update(id: string, condition: HeadCondition, update: RunUpdate): Promise<boolean>;
  /** Tells what this process inserted. */
  inserted(row: RunRow): void;
}

/** MongoDB decides: the condition is part of the filter. */
export const createFilterGate = ({ models, run }: Database): HeadGate => ({
  async update(id, { live, atMostEpoch }, update) {
    const filter: QueryFilter<RunRow> = {
      _id: id,
      ...(live === undefined ? {} : { live }),
      // Operators of our own are trusted; sanitizeFilter takes every other one for data.
      ...(atMostEpoch === undefined ? {} : { epoch: trusted({ $lte: atMostEpoch }) }),
    };
    const { matchedCount } = await run(() => models.runs.updateOne(filter, update));
    return matchedCount > 0;
  },
  inserted: () => undefined,
});
