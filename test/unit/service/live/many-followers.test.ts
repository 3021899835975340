import { setTimeout as sleep } from 'node:timers/promises';
import { anEnd, aQuietEntry, collect, createTestLive, follower, inShort, quietEntries } from '../../../support/live';
import { createTally, expectGood } from '../../../support/tally';

const ACCOUNTS = 100;
const EACH = 5;

describe('many followers of one run', () => {
  test('500 of 100 accounts cost one store read a poll, all of them together', async () => {
    const pollFastMs = 20;
    const { live, start, tell, end, reads } = createTestLive({ pollFastMs, pollActiveMs: pollFastMs, pollIdleMs: pollFastMs });
    const run = await start();
    await tell(run, 1, quietEntries(1, 10));
    const followers = await Promise.all(
      Array.from({ length: ACCOUNTS * EACH }, (_, n) => follower(live, run, undefined, { accountId: `acct_${n % ACCOUNTS}` })),
    );
    const begun = performance.now();
    const before = reads.length;
    const given = Promise.all(followers.map((one) => collect(one)));
    for (let seq = 11; seq <= 60; seq += 1) {
      await tell(run, seq, [aQuietEntry(seq)]);
      await sleep(5);
    }
    await tell(run, 61, [anEnd(61)]);
    await end(run, { seq: 61 });
    const all = await given;
    const polls = Math.floor((performance.now() - begun) / pollFastMs) + 2;
    const expected = `${Array.from({ length: 60 }, (_, n) => n + 1).join(' ')} #Execution completed end`;
    const tally = createTally('500 followers of one run, 100 accounts: everything in order');
    for (const [n, items] of all.entries()) tally.count(inShort(items) === expected, () => `follower ${n}: ${inShort(items)}`);
    expectGood(tally, ACCOUNTS * EACH);
    const poll = createTally(`store reads for 500 followers in ${polls} poll intervals: at most one each`);
    // The head is read once, at the end.
    const counted = reads.slice(before).filter((name) => name !== 'head');
    for (const [n, name] of counted.entries()) poll.count(n < polls, () => name);
    expectGood(poll);
    expect(reads.filter((name) => name === 'head').length).toBeLessThanOrEqual(ACCOUNTS * EACH + 1);
    for (const one of followers) one.close();
  });

  test('nothing is read when nobody follows any more', async () => {
    const { live, start, tell, reads } = createTestLive();
    const run = await start();
    await tell(run, 1, quietEntries(1, 3));
    const one = await follower(live, run);
    await collect(one, 3);
    one.close();
    await sleep(20);
    const before = reads.length;
    await sleep(40);
    expect(reads).toHaveLength(before);
    const again = await follower(live, run, '2');
    expect(inShort(await collect(again, 1))).toBe('3');
    await tell(run, 2, quietEntries(4, 4));
    expect(inShort(await collect(again, 1))).toBe('4');
    again.close();
  });

  test('a writer of this process wakes them at once', async () => {
    const { live, start, tell, wake } = createTestLive({ announced: true, pollIdleMs: 600_000 });
    const run = await start();
    const one = await follower(live, run);
    await sleep(20);
    await tell(run, 1, quietEntries(1, 2));
    wake(run.id);
    expect(inShort(await collect(one, 2))).toBe('1 2');
    one.close();
    live.stop();
  });

  test('an account has a few places for a run, more in all, and gets them back', async () => {
    const { live, start } = createTestLive({ followersPerRunAndAccount: 2, followersPerAccount: 3 });
    const [a, b, c] = [await start(), await start(), await start()] as const;
    const open = [await follower(live, a), await follower(live, a)];
    await expect(follower(live, a)).rejects.toMatchObject({ code: 'rate_limited', details: { retryAfterSeconds: 5 } });
    open.push(await follower(live, b));
    await expect(follower(live, c)).rejects.toMatchObject({ code: 'rate_limited' });
    open.push(await follower(live, a, undefined, { accountId: 'acct_2' }));
    open[0]?.close();
    open[0]?.close();
    open.push(await follower(live, c));
    await expect(follower(live, c)).rejects.toMatchObject({ code: 'rate_limited' });
    // A refused or failed one holds no place.
    open[2]?.close();
    await expect(follower(live, c, 'no cursor')).rejects.toMatchObject({ code: 'invalid_request' });
    open.push(await follower(live, c));
    for (const one of open) one.close();
  });

  test('when the service stops all of them are closed and none is taken', async () => {
    const { live, start } = createTestLive();
    const run = await start();
    const one = await follower(live, run);
    const next = one.next(60_000);
    live.stop();
    expect(await next).toEqual([]);
    expect(one.closed()).toBe('stopping');
    await expect(follower(live, run)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('an outage of the store is waited out; a new follower is told of it', async () => {
    const { live, start, tell, outage } = createTestLive();
    const run = await start();
    await tell(run, 1, quietEntries(1, 2));
    const one = await follower(live, run);
    await collect(one, 2);
    outage.on = true;
    await tell(run, 2, quietEntries(3, 3));
    expect(await one.next(20)).toEqual([]);
    await expect(follower(live, await start())).rejects.toMatchObject({ code: 'unavailable' });
    outage.on = false;
    expect(inShort(await collect(one, 1))).toBe('3');
    one.close();
  });
});
