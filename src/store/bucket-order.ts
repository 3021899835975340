import type { JournalBucket, JournalTail } from './ports';

type BucketPlace = Pick<JournalBucket, 'epoch' | 'firstSeq'>;

/** P6. */
export const bucketId = (runId: string, { epoch, firstSeq }: BucketPlace): string => `${runId}:${epoch}:${firstSeq}`;

/** The inverse of `bucketId`: neither epochs nor seqs have colons. */
export const bucketPlace = (runId: string, id: string): BucketPlace => {
  const [epoch = '', firstSeq] = id.slice(runId.length + 1).split(':');
  return { epoch, firstSeq: Number(firstSeq) };
};

/** Whether a bucket lies behind what a reader has seen. */
export const isNewer = ({ epoch, firstSeq }: BucketPlace, tail: JournalTail | undefined): boolean =>
  tail === undefined || epoch > tail.epoch || (epoch === tail.epoch && !tail.firstSeqs.includes(firstSeq));
