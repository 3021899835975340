import type { JournalStore } from '../../src/store/ports';
import { aBucket, anEntry, epoch, newId } from './store-factories';

const entries = (from: number, to: number, message?: string) =>
  Array.from({ length: to - from + 1 }, (_, n) => anEntry(from + n, message));

export const journalStoreSuite = (makeStore: () => Promise<JournalStore>): void => {
  describe('JournalStore', () => {
    let store: JournalStore;
    let runId: string;
    beforeAll(async () => {
      store = await makeStore();
    });
    beforeEach(() => {
      runId = newId('run');
    });
    const seqs = async (after = 0, limit = 1000): Promise<number[]> =>
      (await store.read(runId, after, limit)).map((entry) => entry.seq);

    test('entries read back exactly and ascending, whatever the order of the buckets', async () => {
      const strange = { ...anEntry(3), data: { 'a.b': { $set: 1, ['__proto__']: [null] } }, message: '\ud800 \u0000 é' };
      await store.append([aBucket(runId, 9, entries(4, 5)), aBucket(runId, 3, [...entries(1, 2), strange])]);
      const read = await store.read(runId, 0, 100);
      expect(JSON.stringify(read)).toBe(JSON.stringify([...entries(1, 2), strange, ...entries(4, 5)]));
    });

    test('a page begins after its seq', async () => {
      for (let n = 0; n < 10; n += 1) await store.append([aBucket(runId, n, entries(n * 3 + 1, n * 3 + 3))]);
      expect(await seqs(0, 4)).toEqual([1, 2, 3, 4]);
      expect(await seqs(4, 4)).toEqual([5, 6, 7, 8]);
      expect(await seqs(28)).toEqual([29, 30]);
      expect(await seqs(30)).toEqual([]);
    });

    test('repeating a bucket is harmless', async () => {
      const first = aBucket(runId, 1, entries(1, 2));
      await store.append([first]);
      await store.append([first, aBucket(runId, 2, entries(3, 3))]);
      await store.append([]);
      expect(await seqs()).toEqual([1, 2, 3]);
      expect(await store.readBuckets(runId)).toHaveLength(2);
    });

    test('a newer epoch with other content cuts the older tail', async () => {
      await store.append([aBucket(runId, 1, entries(1, 2)), aBucket(runId, 5, entries(3, 6, 'old'))]);
      await store.append([aBucket(runId, 7, entries(3, 4, 'new'))]);
      expect((await store.read(runId, 0, 100)).map((entry) => `${entry.seq} ${entry.message}`)).toEqual([
        '1 entry 1',
        '2 entry 2',
        '3 new',
        '4 new',
      ]);
      expect(await seqs(4)).toEqual([]);
      expect(await seqs(3)).toEqual([4]);
    });

    test('a newer epoch without entries cuts the older tail, and no newer one', async () => {
      await store.append([aBucket(runId, 1, entries(1, 2)), aBucket(runId, 5, entries(3, 6, 'ghost'))]);
      await store.append([{ ...aBucket(runId, 7, []), firstSeq: 3 }]);
      expect(await seqs()).toEqual([1, 2]);
      expect(await seqs(2)).toEqual([]);
      await store.append([aBucket(runId, 9, entries(3, 4, 'told later'))]);
      expect(await seqs()).toEqual([1, 2, 3, 4]);
      expect(await seqs(2)).toEqual([3, 4]);
    });

    test('a gap shows', async () => {
      await store.append([aBucket(runId, 1, entries(1, 2)), aBucket(runId, 4, entries(6, 7))]);
      expect(await seqs()).toEqual([1, 2, 6, 7]);
    });

    test('runs do not see each other, also when one id begins with the other', async () => {
      await store.append([aBucket(runId, 1, entries(1, 1)), aBucket(`${runId}-2026`, 1, entries(1, 3))]);
      expect(await seqs()).toEqual([1]);
      expect(await store.read('run_none', 0, 10)).toEqual([]);
      expect((await store.readBuckets(runId)).map((bucket) => [bucket.runId, bucket.epoch, bucket.firstSeq])).toEqual([
        [runId, epoch(1), 1],
      ]);
    });

    test('what is newer than a tail: other buckets of its epoch and all of newer epochs', async () => {
      const buckets = [1, 4, 7, 1001].map((seq) => aBucket(runId, 2, entries(seq, seq + 2)));
      await store.append([aBucket(runId, 1, entries(90, 91)), ...buckets]);
      const newer = async (firstSeqs: readonly number[], of = 2): Promise<number[]> =>
        (await store.readNewer(runId, { epoch: epoch(of), firstSeqs })).map((bucket) => bucket.firstSeq).sort((a, b) => a - b);
      expect(await newer([1, 4, 7, 1001])).toEqual([]);
      expect(await newer([1001])).toEqual([1, 4, 7]);
      expect(await newer([90], 1)).toEqual([1, 4, 7, 1001]);
      const repair = { ...aBucket(runId, 2, entries(1, 2)), epoch: `${epoch(2)}~` };
      await store.append([repair, { ...aBucket(runId, 3, []), firstSeq: 50 }, aBucket(`${runId}-2026`, 9, entries(1, 1))]);
      expect(await store.readNewer(runId, { epoch: epoch(2), firstSeqs: [1, 4, 7, 1001] })).toEqual([
        repair,
        { ...aBucket(runId, 3, []), firstSeq: 50 },
      ]);
      expect(await newer([1], 8)).toEqual([]);
      expect(await store.readNewer(runId, undefined)).toHaveLength(7);
      expect(await store.readNewer('run_none', undefined)).toEqual([]);
    });

    test('an activation of 12 MB is kept', async () => {
      const large = entries(1, 400, 'x'.repeat(30_000));
      await store.append([aBucket(runId, 1, large)]);
      await store.append([aBucket(runId, 1, large)]);
      expect(await seqs()).toEqual(large.map((entry) => entry.seq));
    });
  });
};
