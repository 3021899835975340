import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSelf } from '../../../src/engines/process/identity';
import { tryLock } from '../../../src/engines/process/lock';

describe('a lock', () => {
  let path: string;
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'reprise-lock-')), 'lock');
  });
  afterEach(() => rm(join(path, '..'), { recursive: true }));

  test('is held once and names its holder', async () => {
    const first = await tryLock(path);
    expect(first.held).toBe(true);
    expect(await tryLock(path)).toEqual({ held: false, holder: await describeSelf() });
    if (first.held) await first.release();
    expect((await tryLock(path)).held).toBe(true);
  });

  test('of a process that is gone is free, also when its number is used again', async () => {
    await writeFile(path, JSON.stringify({ pid: process.pid, started: 'another boot:1' }));
    expect((await tryLock(path)).held).toBe(true);
  });

  test('left empty or torn by a kill is free', async () => {
    await writeFile(path, '{"pid": 1');
    expect((await tryLock(path)).held).toBe(true);
  });

  test('goes to one of many that find it stale', async () => {
    await writeFile(path, JSON.stringify({ pid: 2 ** 22, started: 'gone' }));
    const attempts = await Promise.all(Array.from({ length: 10 }, () => tryLock(path)));
    expect(attempts.filter(({ held }) => held)).toHaveLength(1);
  });
});
