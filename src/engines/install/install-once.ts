/**
 * The cache of engines, outside the work tree. An entry is complete or absent: it is made in a temporary folder and
 * renamed. A lock keeps two starts from doing the same work; correctness does not need it, the rename decides.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from '../process/lock';
import type { Report } from '../step';

export interface InstallRequest {
  readonly cacheDir: string;
  /** Folder name of the entry; carries the version, so that a new one is a new entry. */
  readonly entry: string;
  /** Fills the folder. */
  readonly fill: (folder: string) => Promise<void>;
  readonly report: Report;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The folder of the first entry that the cache has: what was installed once is used before anything is asked from outside. */
export async function findInstalled(cacheDir: string, entries: readonly string[]): Promise<string | undefined> {
  for (const entry of entries) if (await exists(join(cacheDir, entry))) return entry;
  return undefined;
}

/** Answers the folder of the entry, filling it when it is not there. */
export async function installOnce({ cacheDir, entry, fill, report }: InstallRequest): Promise<string> {
  const folder = join(cacheDir, entry);
  if (await exists(folder)) return folder;
  await mkdir(cacheDir, { recursive: true });
  const release = await takeLock(`${folder}.lock`, () => exists(folder), report);
  const temporary = join(cacheDir, `.${entry}.${randomUUID()}`);
  try {
    if (await exists(folder)) return folder;
    await removeAbandoned(cacheDir, entry);
    await mkdir(temporary);
    await fill(temporary);
    try {
      await rename(temporary, folder);
    } catch (error) {
      // Somebody else finished first: theirs is as good.
      if (!(await exists(folder))) throw error;
    }
    return folder;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await release();
  }
}

/** What a fill that was killed left; under the lock nobody else fills. */
async function removeAbandoned(cacheDir: string, entry: string): Promise<void> {
  const left = (await readdir(cacheDir)).filter((name) => name.startsWith(`.${entry}.`));
  await Promise.all(left.map((name) => rm(join(cacheDir, name), { recursive: true, force: true })));
}

async function takeLock(path: string, done: () => Promise<boolean>, report: Report): Promise<() => Promise<void>> {
  for (let told = false; ; told = true) {
    const attempt = await tryLock(path);
    if (attempt.held) return attempt.release;
    if (!told) report(`waiting for process ${attempt.holder.pid}, which installs the same`);
    await sleep(500);
    if (await done()) return () => Promise.resolve();
  }
}
