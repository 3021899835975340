import { withinDeadline } from '../guard';
import type { Models } from '../models';
import { scanAll } from './read-by-ids';

const LOAD_MS = 60_000;

export interface BucketIndex {
  /** Ids of a run's buckets; some may not exist, when their insert failed. */
  idsOf(runId: string): Promise<readonly string[]>;
  added(buckets: readonly { readonly _id: string; readonly runId: string }[]): void;
  size(): number;
}

/**
 * Which buckets a run has, for the stand-in, which would scan all buckets of all runs to tell. One scan at the first question, then
 * this process knows: it alone writes them (M1). About 0.2 KB a bucket.
 */
export const createBucketIndex = ({ buckets }: Pick<Models, 'buckets'>): BucketIndex => {
  const ids = new Map<string, Set<string>>();
  let size = 0;
  let loading: Promise<void> | undefined;

  const add = ({ _id, runId }: { readonly _id: string; readonly runId: string }): void => {
    const known = ids.get(runId) ?? new Set();
    if (!known.has(_id)) size += 1;
    ids.set(runId, known.add(_id));
  };
  const load = async (): Promise<void> => {
    try {
      await withinDeadline(LOAD_MS, () => scanAll(buckets, { runId: 1 }, add));
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };

  return {
    async idsOf(runId) {
      loading ??= load();
      await loading;
      return [...(ids.get(runId) ?? [])].sort();
    },
    added(more) {
      for (const bucket of more) add(bucket);
    },
    size: () => size,
  };
};
