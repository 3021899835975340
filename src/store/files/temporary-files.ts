import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** No write takes this long: an older temporary file was left by a process that was killed. */
const ABANDONED_MS = 24 * 3_600_000;

/** Removes what killed writers left behind. */
export const sweepTemporaryFiles = async (directory: string, nowMs: number): Promise<number> => {
  let removed = 0;
  for (const name of await readdir(directory)) {
    const file = join(directory, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: nowMs }));
    if (nowMs - mtimeMs < ABANDONED_MS) continue;
    await rm(file, { force: true });
    removed += 1;
  }
  return removed;
};
