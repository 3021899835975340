/** A lock file that names its process: free again as soon as that process is gone, however it went. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeSelf, isAlive, parseProcessMark, type ProcessMark } from './identity';

export type LockAttempt =
  { readonly held: true; release(): Promise<void> } | { readonly held: false; readonly holder: ProcessMark };

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Takes the lock, or names the living process that has it. */
export async function tryLock(path: string): Promise<LockAttempt> {
  const mark = JSON.stringify(await describeSelf());
  for (;;) {
    try {
      await writeFile(path, mark, { flag: 'wx', mode: 0o600 });
      return { held: true, release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    let text = await readText(path);
    if (parseProcessMark(text) === undefined) {
      // It is empty between its creation and its first write.
      await sleep(100);
      text = await readText(path);
    }
    const holder = parseProcessMark(text);
    if (holder !== undefined && (await isAlive(holder))) return { held: false, holder };
    await removeStale(path, text);
  }
}

/** Moves the stale lock away; should another process have taken it in between, puts that one back. */
async function removeStale(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readText(aside)) === seen) await rm(aside, { force: true });
  else await rename(aside, path);
}
