import type { JournalEntry } from '../../flow';
import { bucketId } from '../bucket-order';
import type { JournalBucket } from '../ports';
import type { BucketRow } from './rows';

/** Far below MongoDB's 16 MiB a document. */
const MOST_BYTES = 2 * 1024 * 1024;

/** A bucket as documents: mostly one. The same bucket is always split in the same places, so that repeating is harmless. */
export const splitBucket = ({ runId, workspace, epoch, firstSeq, entries }: JournalBucket): BucketRow[] => {
  // It cuts what older epochs wrote from there on; that it holds no seq shows in its extent.
  if (entries.length === 0)
    return [
      { _id: bucketId(runId, { epoch, firstSeq }), runId, workspace, epoch, firstSeq, lastSeq: firstSeq - 1, entries: '[]' },
    ];
  const rows: BucketRow[] = [];
  let texts: string[] = [];
  let bytes = 0;
  let first: JournalEntry | undefined;
  let last: JournalEntry | undefined;
  const close = (): void => {
    if (first === undefined || last === undefined) return;
    const _id = bucketId(runId, { epoch, firstSeq: first.seq });
    rows.push({ _id, runId, workspace, epoch, firstSeq: first.seq, lastSeq: last.seq, entries: `[${texts.join(',')}]` });
    texts = [];
    bytes = 0;
    first = undefined;
  };
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > MOST_BYTES) close();
    first ??= entry;
    last = entry;
    texts.push(text);
    bytes += size;
  }
  close();
  return rows;
};
