import fc from 'fast-check';
import { mergeBuckets, toEpoch, type EpochEntries, type JournalEntry } from '../../../src/flow';

const entry = (seq: number, message: string): JournalEntry => ({ seq, at: 0, type: 'log', level: 'info', message });
const epoch = (n: number): string => toEpoch(1_700_000_000_000, n, 'abcdefgh');
const bucket = (n: number, from: number, ...messages: string[]): EpochEntries => ({
  epoch: epoch(n),
  entries: messages.map((message, at) => entry(from + at, message)),
});
const told = (buckets: readonly EpochEntries[]): string =>
  mergeBuckets(buckets)
    .map((e) => `${e.seq}${e.message}`)
    .join(' ');

const aBucket = fc
  .tuple(fc.nat(6), fc.integer({ min: 1, max: 8 }), fc.array(fc.constantFrom('a', 'b'), { maxLength: 5 }))
  .map(([n, from, messages]) => bucket(n, from, ...messages));
const someBuckets = fc.array(aBucket, { maxLength: 8 });
const shuffled = someBuckets.chain((buckets) =>
  fc.tuple(fc.constant(buckets), fc.shuffledSubarray(buckets, { minLength: buckets.length, maxLength: buckets.length })),
);

describe('mergeBuckets', () => {
  test.each([
    ['epochs that go on from each other', [bucket(1, 1, 'a', 'b'), bucket(2, 3, 'c')], '1a 2b 3c'],
    ['the same content again', [bucket(1, 1, 'a', 'b', 'c'), bucket(2, 2, 'b')], '1a 2b 3c'],
    ['other content cuts the older tail', [bucket(1, 1, 'a', 'b', 'c', 'd'), bucket(2, 2, 'x')], '1a 2x'],
    ['the cut is of older epochs only', [bucket(1, 1, 'a', 'b'), bucket(3, 2, 'x', 'y'), bucket(2, 3, 'o')], '1a 2x 3y'],
    ['a first entry that differs cuts everything', [bucket(1, 1, 'a', 'b'), bucket(2, 1, 'x')], '1x'],
    ['a gap stays', [bucket(1, 1, 'a'), bucket(2, 4, 'd')], '1a 4d'],
    ['no buckets', [], ''],
  ])('%s', (_, buckets, expected) => {
    expect(told(buckets)).toBe(expected);
  });

  test('the time of an entry is content', () => {
    const older = { epoch: epoch(1), entries: [entry(1, 'a'), entry(2, 'b')] };
    const newer = { epoch: epoch(2), entries: [{ ...entry(1, 'a'), at: 5 }] };
    expect(mergeBuckets([older, newer])).toEqual(newer.entries);
  });

  test('law: the order of the buckets makes no difference', () => {
    fc.assert(fc.property(shuffled, ([buckets, other]) => expect(mergeBuckets(other)).toEqual(mergeBuckets(buckets))));
  });

  test('law: reading a bucket twice makes no difference', () => {
    fc.assert(
      fc.property(someBuckets, (buckets) => expect(mergeBuckets([...buckets, ...buckets])).toEqual(mergeBuckets(buckets))),
    );
  });

  test('law: a seq appears once, ascending', () => {
    fc.assert(
      fc.property(someBuckets, (buckets) => {
        const seqs = mergeBuckets(buckets).map((e) => e.seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      }),
    );
  });

  test('law: all of the newest epoch stays', () => {
    fc.assert(
      fc.property(someBuckets, fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 5 }), (buckets, messages) => {
        const newest = bucket(99, 3, ...messages);
        expect(mergeBuckets([...buckets, newest])).toEqual(expect.arrayContaining([...newest.entries]));
      }),
    );
  });

  test('law: merging by and by is merging at once', () => {
    fc.assert(
      fc.property(someBuckets, (buckets) => {
        const sorted = [...buckets].sort((a, b) => (a.epoch < b.epoch ? -1 : 1));
        const cut = sorted.findIndex((b, at) => at > 0 && b.epoch !== sorted[at - 1]?.epoch);
        if (cut < 1) return;
        const first: EpochEntries = { epoch: epoch(0), entries: mergeBuckets(sorted.slice(0, cut)) };
        const rest = sorted.slice(cut).map((b) => ({ ...b, epoch: `1${b.epoch}` }));
        expect(mergeBuckets([first, ...rest])).toEqual(mergeBuckets(buckets));
      }),
    );
  });
});
