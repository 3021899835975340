import fc from 'fast-check';
import type { JournalEntry } from '../../../../src/flow';
import type { Follower } from '../../../../src/service/live/contract';
import { anEntry } from '../../../contract/store-factories';
import { createTally, expectGood } from '../../../support/tally';
import { anEnd, createTestLive, follower, quietEntries } from '../../../support/live';

/** A task that tells `length` entries from near the end on; `epoch` says how old it is beside the others. */
const task = fc.record({
  back: fc.integer({ min: 0, max: 3 }),
  length: fc.integer({ min: 0, max: 4 }),
  epoch: fc.integer({ min: 1, max: 40 }),
  content: fc.constantFrom('a', 'b'),
});
const step = fc.record({ task, leave: fc.boolean(), other: fc.boolean(), take: fc.integer({ min: 0, max: 6 }) });

/** A process that has missed a whole journal, and keeps too little of the old one, is asked by somebody who has the new one. */
const STALE_WINDOW = (
  [
    [0, 1, 1, false, false, 0],
    [2, 0, 1, false, false, 1],
    [1, 0, 2, false, false, 1],
    [1, 0, 1, true, true, 0],
    [1, 2, 1, false, false, 0],
    [0, 2, 2, false, false, 0],
    [0, 2, 2, true, false, 3],
  ] as const
).map(([back, length, epoch, leave, other, take]) => ({
  task: { back, length, epoch, content: 'a' as const },
  leave,
  other,
  take,
}));

/** What a client has: everything up to the last reset is void. */
const createClient = () => {
  let entries: JournalEntry[] = [];
  let cursor: string | undefined;
  return {
    entries: () => entries,
    cursor: () => cursor,
    async take(from: Follower, most: number, waitMs: number): Promise<void> {
      for (let taken = 0; taken < most; taken += 1) {
        const items = await from.next(waitMs);
        for (const item of items) {
          if (item.kind === 'reset') [entries, cursor] = [[], undefined];
          else cursor = item.cursor;
          if (item.kind === 'entry') entries.push(item.entry);
        }
        if (items.length === 0 || from.isDone()) return;
      }
    },
  };
};

test('whatever tasks tell and however often clients come back, in the end they have what is stored, each entry once', async () => {
  const tally = createTally('clients that came back and have what is stored, each entry once');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.constantFrom(400, 100_000), async (steps, windowBytes) => {
      const { live, make, start, tell, end, stores } = createTestLive({ windowBytes });
      const processes = [live, make()] as const;
      const run = await start();
      await tell(run, 0, quietEntries(1, 3));
      const client = createClient();
      let returns = 0;
      let current = await follower(live, run);
      for (const { task: told, leave, other, take } of steps) {
        const last = (await stores.journal.read(run.id, 0, 1_000)).at(-1)?.seq ?? 0;
        const from = Math.max(1, last + 1 - told.back);
        const entries = Array.from({ length: told.length }, (_, n) => anEntry(from + n, told.content)).map(
          (entry): JournalEntry => ({ ...entry, level: 'debug' }),
        );
        await tell(run, told.epoch, entries, from);
        await client.take(current, take, 3);
        if (!leave) continue;
        current.close();
        current = await follower(processes[other ? 1 : 0], run, client.cursor());
        returns += 1;
      }
      const whole = await stores.journal.read(run.id, 0, 1_000);
      const seq = (whole.findLast((entry, at) => entry.seq === at + 1)?.seq ?? 0) + 1;
      await tell(run, 99, [anEnd(seq)]);
      await tell(run, 99, [], seq + 1);
      await end(run, { seq });
      await client.take(current, 1_000, 1_000);
      current.close();
      for (const process of processes) process.stop();
      const stored = await stores.journal.read(run.id, 0, 1_000);
      const got = JSON.stringify(client.entries().map(({ seq: at, message }) => [at, message]));
      const kept = JSON.stringify(stored.filter(({ seq: at }) => at < seq).map(({ seq: at, message }) => [at, message]));
      for (let n = 0; n <= returns; n += 1) tally.count(got === kept, () => `${got} instead of ${kept}`);
      expect(got).toBe(kept);
    }),
    { numRuns: 150, examples: [[STALE_WINDOW, 400]] },
  );
  expectGood(tally, 150);
}, 60_000);
