import { trusted } from 'mongoose';
import { mergeBuckets, type JournalEntry } from '../../flow';
import { bucketId, bucketPlace, isNewer } from '../bucket-order';
import type { JournalBucket, JournalStore } from '../ports';
import { bucketsNeeded, isCutFree } from './buckets-needed';
import { splitBucket } from './bucket-split';
import type { Database } from './database';
import { isDuplicateKey } from './failures';
import type { BucketRow } from './rows';
import { createBucketIndex } from './stand-in/bucket-index';
import { readByIds } from './stand-in/read-by-ids';
import { fromText, idRange } from './text';

type Extent = Omit<BucketRow, 'entries'>;

export const createMongoJournalStore = (database: Database): JournalStore => {
  const { models, run } = database;
  const { buckets } = models;
  const index = database.standIn ? createBucketIndex(models) : undefined;
  const ofRun = (runId: string) => ({ _id: trusted(idRange(`${runId}:`)) });
  const all = async (runId: string): Promise<JournalBucket[]> => {
    const rows =
      index === undefined
        ? await run(() => buckets.find(ofRun(runId)).lean())
        : await readByIds(database, buckets, await index.idsOf(runId), index.size());
    return rows.map(bucketOf);
  };

  /** A long journal is read by the page; only where executions overlap must all of them be compared. */
  const some = async (runId: string, after: number, limit: number): Promise<JournalBucket[]> => {
    if (after === 0 || index !== undefined) return all(runId);
    const extents: Extent[] = await run(() => buckets.find(ofRun(runId), { entries: 0 }).lean());
    if (!isCutFree(extents)) return all(runId);
    const ids = bucketsNeeded(extents, after, limit).map((extent) => extent._id);
    return (await run(() => buckets.find({ _id: trusted({ $in: ids }) }).lean())).map(bucketOf);
  };

  return {
    async append(more) {
      const rows = more.flatMap(splitBucket);
      if (rows.length === 0) return;
      // Before the insert: one that gets no answer may have taken effect.
      index?.added(rows);
      try {
        await run(() => buckets.insertMany(rows, { ordered: false, lean: true }));
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async read(runId, after, limit) {
      const entries = mergeBuckets(await some(runId, after, limit));
      return entries.filter((entry) => entry.seq > after).slice(0, limit);
    },
    readBuckets: all,
    async readNewer(runId, tail) {
      if (tail === undefined) return all(runId);
      if (index !== undefined) {
        const ids = (await index.idsOf(runId)).filter((id) => isNewer(bucketPlace(runId, id), tail));
        return (await readByIds(database, buckets, ids, index.size())).map(bucketOf);
      }
      const seen = tail.firstSeqs.map((firstSeq) => bucketId(runId, { epoch: tail.epoch, firstSeq }));
      const { $lt } = idRange(`${runId}:`);
      // Without the colon behind the epoch: one that begins with it is newer.
      const newer = trusted({ $gte: `${runId}:${tail.epoch}`, $lt, $nin: seen });
      return (await run(() => buckets.find({ _id: newer }).lean())).map(bucketOf);
    },
  };
};

const bucketOf = ({ runId, workspace, epoch, firstSeq, entries }: BucketRow): JournalBucket => ({
  runId,
  workspace,
  epoch,
  firstSeq,
  entries: fromText(entries) as JournalEntry[],
});
