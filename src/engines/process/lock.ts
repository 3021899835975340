/**
 * A lock that is free again as soon as its process is gone, however it went. Exact without any call that locks: a claim is
 * a new file `<path>.<n>` (linked into place, so never half written), and n only grows.
 *  L1. The highest n decides: it is held while the process that it names is alive and has not released it.
 *  L2. Who finds it free claims n + 1; of many, one gets it. Who then sees a higher one was late and has nothing.
 *  L3. The highest file is never removed, so that a late claim of an old n cannot win.
 */
import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { describeSelf, isAlive, parseProcessMark, type ProcessMark } from './identity';

export type LockAttempt =
  { readonly held: true; release(): Promise<void> } | { readonly held: false; readonly holder: ProcessMark };

const RELEASED = 'released\n';

/** Takes the lock, or names the living process that has it. Its folder must exist. */
export async function tryLock(path: string): Promise<LockAttempt> {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, JSON.stringify(await describeSelf()), { mode: 0o600 });
  try {
    for (;;) {
      const [highest = 0, ...older] = await claimsOf(path);
      const holder = parseProcessMark(await readFile(`${path}.${highest}`, 'utf8').catch(() => ''));
      if (holder !== undefined && (await isAlive(holder))) return { held: false, holder };
      const mine = highest + 1;
      if (!(await claim(draft, `${path}.${mine}`))) continue;
      if ((await claimsOf(path))[0] !== mine) {
        await rm(`${path}.${mine}`, { force: true });
        continue;
      }
      await Promise.all([highest, ...older].map((n) => rm(`${path}.${n}`, { force: true })));
      return { held: true, release: () => writeFile(`${path}.${mine}`, RELEASED) };
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Numbers of the claims, the highest first. */
async function claimsOf(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`;
  return (await readdir(dirname(path)))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => b - a);
}

/** False when somebody else has made it. */
async function claim(draft: string, target: string): Promise<boolean> {
  try {
    await link(draft, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
