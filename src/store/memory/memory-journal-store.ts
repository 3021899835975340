import { mergeBuckets } from '../../flow';
import { bucketId, isNewer } from '../bucket-order';
import type { JournalBucket, JournalStore } from '../ports';

export const createMemoryJournalStore = (): JournalStore => {
  const buckets = new Map<string, JournalBucket>();
  const bucketsOf = (runId: string): JournalBucket[] => [...buckets.values()].filter((bucket) => bucket.runId === runId);
  return {
    async append(more) {
      for (const bucket of more) {
        const id = bucketId(bucket.runId, bucket);
        if (!buckets.has(id)) buckets.set(id, structuredClone(bucket));
      }
    },
    async read(runId, after, limit) {
      const entries = mergeBuckets(bucketsOf(runId)).filter((entry) => entry.seq > after);
      return structuredClone(entries.slice(0, limit));
    },
    readBuckets: async (runId) => structuredClone(bucketsOf(runId)),
    readNewer: async (runId, tail) => structuredClone(bucketsOf(runId).filter((bucket) => isNewer(bucket, tail))),
  };
};
