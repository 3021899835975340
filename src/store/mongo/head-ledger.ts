import type { Database } from './database';
import type { HeadGate } from './head-gate';
import type { RunUpdate } from './run-rows';

interface Known {
  readonly live: boolean;
  readonly epoch: string;
}

const CAPACITY = 20_000;

/**
 * This process decides, for the stand-in (M1): it has no atomic conditional update, and any filter beyond `{_id}` scans
 * the whole collection there. It has one client with one connection, which is us, so what we remember of a head is true: the decision
 * falls in one step of this process and the writes go out in that order.
 */
export const createHeadLedger = ({ models, run }: Database): HeadGate => {
  const ledger = new Map<string, Known>();

  const remember = (id: string, known: Known): void => {
    ledger.delete(id);
    ledger.set(id, known);
    const [oldest] = ledger.keys();
    if (ledger.size > CAPACITY && oldest !== undefined) ledger.delete(oldest);
  };
  const load = async (id: string): Promise<void> => {
    const row = await run(() => models.runs.findOne({ _id: id }, { live: 1, epoch: 1 }).lean());
    // Who decided while we were reading knows better.
    if (row !== null && !ledger.has(id)) remember(id, { live: row.live, epoch: row.epoch });
  };

  return {
    async update(id, { live, atMostEpoch }, update) {
      if (!ledger.has(id)) await load(id);
      const known = ledger.get(id);
      if (known === undefined) return false;
      if (live !== undefined && live !== known.live) return false;
      if (atMostEpoch !== undefined && atMostEpoch < known.epoch) return false;
      remember(id, after(known, update));
      try {
        const { matchedCount } = await run(() => models.runs.updateOne({ _id: id }, update));
        return matchedCount > 0;
      } catch (error) {
        // Undecided: the next one reads.
        ledger.delete(id);
        throw error;
      }
    },
    inserted: ({ _id, live, epoch }) => remember(_id, { live, epoch }),
  };
};

const after = (known: Known, { $set }: RunUpdate): Known => ({
  live: typeof $set['live'] === 'boolean' ? $set['live'] : known.live,
  epoch: typeof $set['epoch'] === 'string' ? $set['epoch'] : known.epoch,
});
