import fc from 'fast-check';
import type { JournalEntry } from '../../../src/flow';
import { splitBucket } from '../../../src/store/mongo/bucket-split';
import { bucketsNeeded, isCutFree } from '../../../src/store/mongo/buckets-needed';
import { fromMemberName, toMemberName } from '../../../src/store/mongo/text';
import { aBucket, anEntry } from '../../contract/store-factories';

/** Buckets one after the other, with gaps, as extents. */
const someExtents = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 5 })), { maxLength: 12 }).map((parts) => {
  let next = 1;
  return parts.map(([gap, length], n) => {
    const firstSeq = next + gap;
    next = firstSeq + length;
    return { epoch: String(n), firstSeq, lastSeq: next - 1 };
  });
});
const seqsOf = (extents: readonly { readonly firstSeq: number; readonly lastSeq: number }[]): number[] =>
  extents.flatMap(({ firstSeq, lastSeq }) => Array.from({ length: lastSeq - firstSeq + 1 }, (_, n) => firstSeq + n));

describe('bucketsNeeded', () => {
  test('law: the buckets hold the page, and the first and last of them are needed', () => {
    fc.assert(
      fc.property(someExtents, fc.nat(40), fc.integer({ min: 1, max: 20 }), (extents, after, limit) => {
        const page = seqsOf(extents)
          .filter((seq) => seq > after)
          .slice(0, limit);
        const needed = bucketsNeeded([...extents].reverse(), after, limit);
        const read = seqsOf(needed).filter((seq) => seq > after);
        expect(read.slice(0, limit)).toEqual(page);
        if (needed.length > 1) expect(seqsOf(needed.slice(0, -1)).filter((seq) => seq > after).length).toBeLessThan(limit);
      }),
    );
  });

  test('a seq in two buckets, or a bucket that only cuts, is not cut-free', () => {
    const [a, b] = [
      { epoch: '1', firstSeq: 1, lastSeq: 3 },
      { epoch: '2', firstSeq: 3, lastSeq: 4 },
    ];
    expect([isCutFree([a, b]), isCutFree([b, a]), isCutFree([a]), isCutFree([])]).toEqual([false, false, true, true]);
    expect(isCutFree([a, { ...b, firstSeq: 4 }])).toBe(true);
    const [onlyCuts] = splitBucket({ ...aBucket('run_1', 2, []), firstSeq: 5 });
    expect(onlyCuts).toMatchObject({ firstSeq: 5, entries: '[]' });
    expect(onlyCuts !== undefined && isCutFree([a, onlyCuts])).toBe(false);
  });
});

const entriesOf = (row: { readonly entries: string }): JournalEntry[] => JSON.parse(row.entries) as JournalEntry[];

describe('splitBucket', () => {
  test('law: entries stay in order, and parts name their first and last seq', () => {
    const anySize = fc.array(fc.constantFrom(1, 1_000, 900_000, 3_000_000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(anySize, (sizes) => {
        const entries = sizes.map((size, n) => anEntry(n + 1, 'x'.repeat(size)));
        const rows = splitBucket(aBucket('run_1', 1, entries));
        expect(rows.flatMap((row) => entriesOf(row))).toEqual(entries);
        for (const row of rows) {
          const seqs = entriesOf(row).map((entry) => entry.seq);
          expect([row.firstSeq, row.lastSeq]).toEqual([seqs[0], seqs.at(-1)]);
          if (seqs.length > 1) expect(row.entries.length).toBeLessThan(2.1 * 1024 * 1024);
        }
        expect(new Set(rows.map((row) => row._id)).size).toBe(rows.length);
      }),
      { numRuns: 20 },
    );
  });
});

describe('member names', () => {
  test('law: any path comes back, and no name has a dot, a dollar or an object meaning', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('__proto__', '$where', 'a.b', '%2e', '\u0000')), (path) => {
        const name = toMemberName(path);
        expect(fromMemberName(name)).toBe(path);
        expect(name).toMatch(/^n[^.$\0]*$/);
      }),
    );
  });
});
