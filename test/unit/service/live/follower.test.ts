import { anEntry, aChunk, at } from '../../../contract/store-factories';
import { anEnd, aQuietEntry, collect, createTestLive, follower, inShort, quietEntries } from '../../../support/live';
import type { FollowItem } from '../../../../src/service/live/contract';

const cursorOf = (item: FollowItem | undefined): string => (item === undefined || item.kind === 'reset' ? '' : item.cursor);

describe('a follower', () => {
  test('is given what is stored, then what comes, then the end, and nothing after it', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, quietEntries(1, 3));
    const one = await follower(live, run);
    const items = collect(one);
    await tell(run, 2, quietEntries(4, 5));
    await tell(run, 3, [anEnd(6)]);
    await end(run, { seq: 6 });
    expect(inShort(await items)).toBe('1 2 3 4 5 #Execution completed end');
    expect(one.isDone()).toBe(true);
    expect(await one.next(10)).toEqual([]);
    one.close();
  });

  test('is told no end before Temporal has told it', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, [...quietEntries(1, 2), anEnd(3)]);
    const one = await follower(live, run);
    expect(inShort(await one.next(100))).toBe('1 2');
    expect(await one.next(60)).toEqual([]);
    await end(run, { seq: 3, state: 'SKIP' });
    const rest = await collect(one);
    expect(inShort(rest)).toBe('#Execution completed end');
    expect(rest.at(-1)).toMatchObject({ kind: 'end', seq: 3, state: 'SKIP', run: { state: 'SKIP' } });
    one.close();
  });

  test('of a run that has ended is given all of it', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, [anEntry(1), aQuietEntry(2), anEnd(3)]);
    await end(run, { seq: 3 });
    const one = await follower(live, run);
    expect(inShort(await collect(one))).toBe('1 2 #Execution completed end');
    one.close();
  });

  test('of a run that was ended from outside is given an end without an entry', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, quietEntries(1, 2));
    const one = await follower(live, run);
    const items = collect(one);
    await end(run, { state: 'CANCELLED' });
    expect(inShort(await items)).toBe('1 2 end');
    one.close();
  });

  test('coming back with any cursor gets exactly the rest, also from another process', async () => {
    const { live, make, start, tell, end, stores } = createTestLive();
    const run = await start();
    const talk = { node: 'talk', nodeRunId: 'nrun_1', path: 'talk' };
    const line = (message: string) => ({ at: at(0), level: 'info' as const, message });
    await tell(run, 1, [
      { ...aQuietEntry(1), type: 'run.started', level: 'info', message: 'started' },
      aQuietEntry(2, talk),
      aQuietEntry(3),
      { ...aQuietEntry(4, talk), type: 'node.ended', level: 'error', message: 'failed' },
      anEnd(5),
    ]);
    await stores.sideLog.append(aChunk({ runId: run.id, n: 0, lines: ['a', 'b', 'c'].map(line) }));
    await stores.sideLog.append(aChunk({ runId: run.id, attempt: 2, n: 0, lines: [line('d')] }));
    await end(run, { seq: 5 });
    const first = await follower(live, run);
    const all = await collect(first);
    first.close();
    expect(inShort(all)).toBe('#started 1 2 3 #a #b #c #d #failed 4 #Execution completed end');
    for (const process of [live, make()]) {
      for (const [index, item] of all.entries()) {
        const again = await follower(process, run, cursorOf(item));
        expect(inShort(await collect(again))).toBe(inShort(all.slice(index + 1)));
        again.close();
      }
    }
  });

  test('coming back with a bare seq gets what follows on that entry', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, [...quietEntries(1, 4), anEnd(5)]);
    await end(run, { seq: 5 });
    for (const [after, rest] of [
      ['0', '1 2 3 4 #Execution completed end'],
      ['3', '4 #Execution completed end'],
      ['5', ''],
      ['6', 'reset 1 2 3 4 #Execution completed end'],
    ] as const) {
      const one = await follower(live, run, after);
      expect([after, inShort(await collect(one))]).toEqual([after, rest]);
      one.close();
    }
  });

  test.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['a negative number', '-1'],
    ['a fraction', '1.5'],
    ['an empty list', 'W10'],
    ['another format', 'WzIsMV0'],
    ['a very long text', 'A'.repeat(9_000)],
  ])('refuses %s as a cursor', async (_name, after) => {
    const { live, start } = createTestLive();
    const run = await start();
    await expect(follower(live, run, after)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('finds no run of another workspace, followed or not', async () => {
    const { live, start } = createTestLive();
    const run = await start();
    const foreign = { workspace: 'ws_2', accountId: 'acct_2' };
    await expect(follower(live, run, undefined, foreign)).rejects.toMatchObject({ code: 'not_found' });
    const one = await follower(live, run);
    await expect(follower(live, run, undefined, foreign)).rejects.toMatchObject({ code: 'not_found' });
    one.close();
  });
});

describe('superseded content (P1)', () => {
  test('resets who was given it, and whoever comes back with it', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, [...quietEntries(1, 2), anEntry(3, 'old'), anEntry(4, 'old')]);
    const one = await follower(live, run);
    const before = await collect(one, 4);
    await tell(run, 2, [anEntry(3, 'new')]);
    await tell(run, 3, [anEnd(4)]);
    await end(run, { seq: 4 });
    expect(inShort(await collect(one))).toBe('reset 1 2 3 #Execution completed end');
    const again = async (item: FollowItem | undefined): Promise<string> => {
      const back = await follower(live, run, cursorOf(item));
      const items = inShort(await collect(back));
      back.close();
      return items;
    };
    expect(await again(before[1])).toBe('3 #Execution completed end');
    expect(await again(before[2])).toBe('reset 1 2 3 #Execution completed end');
    expect(await again(before[3])).toBe('reset 1 2 3 #Execution completed end');
    one.close();
  });

  test('the same content from a newer epoch resets nobody', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, quietEntries(1, 4));
    const one = await follower(live, run);
    expect(inShort(await collect(one, 4))).toBe('1 2 3 4');
    await tell(run, 2, [...quietEntries(3, 5), anEnd(6)]);
    await end(run, { seq: 6 });
    expect(inShort(await collect(one))).toBe('5 #Execution completed end');
    one.close();
  });

  test('a cut without anything in its place resets', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, quietEntries(1, 4));
    const one = await follower(live, run);
    expect(inShort(await collect(one, 4))).toBe('1 2 3 4');
    await tell(run, 2, [], 3);
    await end(run, { state: 'CANCELLED' });
    expect(inShort(await collect(one))).toBe('reset 1 2 end');
    one.close();
  });

  test('a gap is waited for until it is repaired, whatever the epoch of the repair', async () => {
    const { live, start, tell, end } = createTestLive();
    const run = await start();
    await tell(run, 1, quietEntries(1, 2));
    await tell(run, 5, quietEntries(5, 6));
    const one = await follower(live, run);
    expect(inShort(await collect(one, 2))).toBe('1 2');
    expect(await one.next(50)).toEqual([]);
    await tell(run, 3, quietEntries(3, 4));
    expect(inShort(await collect(one, 4))).toBe('3 4 5 6');
    await tell(run, 6, [anEnd(7)]);
    await end(run, { seq: 7 });
    expect(inShort(await collect(one))).toBe('#Execution completed end');
    one.close();
  });
});

describe('a long journal', () => {
  test('is read by the page where it is no longer kept, and without a seam', async () => {
    const { live, start, tell, end, reads, stores } = createTestLive({ windowBytes: 4_000 });
    const run = await start();
    const talk = { node: 'talk', nodeRunId: 'nrun_1', path: 'talk' };
    await tell(run, 1, [aQuietEntry(1, talk), ...quietEntries(2, 300), { ...aQuietEntry(301, talk), type: 'node.ended' }]);
    await stores.sideLog.append(aChunk({ runId: run.id, lines: [{ at: at(0), level: 'info', message: 'said' }] }));
    await tell(run, 2, quietEntries(302, 999));
    await tell(run, 3, [anEnd(1_000)]);
    await end(run, { seq: 1_000 });
    const all = Array.from({ length: 999 }, (_, n) => String(n + 1));
    all.splice(300, 0, '#said');
    for (const after of [undefined, '250', '301', '990']) {
      const one = await follower(live, run, after);
      const from = after === undefined ? 0 : all.indexOf(after) + 1;
      expect(inShort(await collect(one))).toBe([...all.slice(from), '#Execution completed', 'end'].join(' '));
      one.close();
    }
    expect(reads).toContain('page');
  });

  test('what an open node run said is found again although it is no longer kept', async () => {
    const { live, start, tell, reads, stores } = createTestLive({ windowBytes: 2_000 });
    const run = await start();
    await tell(run, 1, [aQuietEntry(1, { node: 'talk', nodeRunId: 'nrun_1', path: 'talk' })]);
    const say = (n: number) =>
      stores.sideLog.append(
        aChunk({ runId: run.id, n, lines: [{ at: at(0), level: 'info', message: `${n} ${'x'.repeat(400)}` }] }),
      );
    const one = await follower(live, run);
    const lines = collect(one, 21);
    for (let n = 0; n < 20; n += 1) await say(n);
    expect(await lines).toHaveLength(21);
    const two = await follower(live, run);
    expect((await collect(two, 21)).map((item) => (item.kind === 'line' ? item.line.message.split(' ')[0] : item.kind))).toEqual([
      'entry',
      ...Array.from({ length: 20 }, (_, n) => String(n)),
    ]);
    expect(reads).toContain('page');
    one.close();
    two.close();
  });
});
