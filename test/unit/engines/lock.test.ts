import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeSelf } from '../../../src/engines/process/identity';
import { tryLock } from '../../../src/engines/process/lock';

describe('a lock', () => {
  let path: string;
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'reprise-lock-')), 'lock');
  });
  afterEach(() => rm(dirname(path), { recursive: true }));
  const leave = (n: number, content: string) => writeFile(`${path}.${n}`, content);
  const gone = JSON.stringify({ pid: 2 ** 22, started: 'gone' });

  test('is held once, names its holder, and is free after its release', async () => {
    const first = await tryLock(path);
    expect(first.held).toBe(true);
    expect(await tryLock(path)).toEqual({ held: false, holder: await describeSelf() });
    if (first.held) await first.release();
    expect((await tryLock(path)).held).toBe(true);
  });

  test('of a process that is gone is free, also when its number is used again', async () => {
    await leave(3, JSON.stringify({ pid: process.pid, started: 'another boot:1' }));
    expect((await tryLock(path)).held).toBe(true);
  });

  test('torn by a kill at its release is free', async () => {
    await leave(1, 'relea');
    expect((await tryLock(path)).held).toBe(true);
  });

  test('goes to one of many, however often they try at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      await leave(1000 * (round + 1), gone);
      const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(path)));
      const winners = attempts.filter((attempt) => attempt.held);
      expect(winners).toHaveLength(1);
      for (const winner of winners) if (winner.held) await winner.release();
    }
  });

  test('never lets two in at the same time while many take and release it', async () => {
    let inside = 0;
    let most = 0;
    let turns = 0;
    const work = async () => {
      while (turns < 60) {
        const attempt = await tryLock(path);
        if (!attempt.held) continue;
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((done) => setTimeout(done, 1));
        turns += 1;
        inside -= 1;
        await attempt.release();
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(most).toBe(1);
  });

  test('leaves one file behind', async () => {
    for (let round = 0; round < 3; round += 1) {
      const attempt = await tryLock(path);
      if (attempt.held) await attempt.release();
    }
    expect(await readdir(dirname(path))).toEqual(['lock.3']);
  });
});
