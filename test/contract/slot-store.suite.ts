import type { Run, SlotClaim, Stores } from '../../src/store/ports';
import { aRun, at, newId } from './store-factories';

type SlotStores = Pick<Stores, 'slots' | 'runs'>;
const WAITS = { waits: true, mends: false };

export const slotStoreSuite = (makeStores: () => Promise<SlotStores>): void => {
  describe('SlotStore', () => {
    const begin = async (limit: number) => {
      const stores = await makeStores();
      const scope = newId('scope');
      let minute = 0;
      const arrive = async (members: Partial<Run> = {}): Promise<SlotClaim> => {
        const run = aRun(members);
        await stores.runs.insert(run);
        minute += 1;
        return { scope, limit, runId: run.id, since: at(minute) };
      };
      return { ...stores, arrive };
    };

    test('of many at once as many as there are slots get one, and each a single one', async () => {
      const { slots, arrive } = await begin(3);
      const claims = await Promise.all(Array.from({ length: 20 }, () => arrive()));
      const first = await Promise.all(claims.map((claim) => slots.take(claim, WAITS)));
      expect(first.filter(({ taken }) => taken).length).toBeLessThanOrEqual(3);
      // Whoever looked too early looks again.
      const again = await Promise.all(claims.map((claim) => slots.take(claim, WAITS)));
      expect(again.filter(({ taken }) => taken)).toHaveLength(3);
    });

    test('who leaves learns who is next; nobody passes the front of the queue', async () => {
      const { slots, arrive } = await begin(1);
      const [a, b, c] = [await arrive(), await arrive(), await arrive()] as const;
      expect(await slots.take(a, WAITS)).toEqual({ taken: true });
      expect(await slots.take(a, WAITS)).toEqual({ taken: true });
      expect(await slots.take(b, WAITS)).toEqual({ taken: false, older: [a.runId] });
      expect(await slots.take(c, WAITS)).toEqual({ taken: false, older: [a.runId, b.runId] });
      expect(await slots.leave(a)).toEqual([b.runId]);
      expect(await slots.take(c, WAITS)).toMatchObject({ taken: false });
      expect(await slots.take(b, WAITS)).toEqual({ taken: true });
      // One that gives up its place lets the next one go.
      expect(await slots.leave(b)).toEqual([c.runId]);
      expect(await slots.leave(c)).toEqual([]);
    });

    test('slots and places of runs that have ended are freed by those who want them', async () => {
      const { slots, runs, arrive } = await begin(1);
      const [holder, dead, next] = [await arrive(), await arrive(), await arrive()] as const;
      await slots.take(holder, WAITS);
      await slots.take(dead, WAITS);
      expect(await slots.take(next, { waits: true, mends: true })).toMatchObject({ taken: false });
      for (const { runId } of [holder, dead]) await runs.close(runId, { state: 'CANCELLED', endedAt: at(60) });
      expect(await slots.take(next, { waits: true, mends: true })).toEqual({ taken: true });
    });
  });
};
