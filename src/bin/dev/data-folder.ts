/** The folder of the embedded mode (`.reprise/`): everything that a restart keeps. Only its owner can read it. */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../../engines';

export interface DataFolder {
  readonly root: string;
  readonly ports: string;
  readonly temporalDatabase: string;
  readonly mongod: string;
  readonly standIn: string;
  readonly artifacts: string;
  readonly logs: string;
  readonly secrets: string;
}

/** Makes the folder and its parts. */
export async function openDataFolder(root: string): Promise<DataFolder> {
  const folder: DataFolder = {
    root,
    ports: join(root, 'ports.json'),
    temporalDatabase: join(root, 'temporal', 'temporal.db'),
    mongod: join(root, 'mongod'),
    standIn: join(root, 'standin'),
    artifacts: join(root, 'artifacts'),
    logs: join(root, 'logs'),
    secrets: join(root, 'secrets'),
  };
  await mkdir(root, { recursive: true, mode: 0o700 });
  // It may have been made by hand, or by a looser umask.
  await chmod(root, 0o700);
  for (const part of [join(root, 'temporal'), folder.mongod, folder.standIn, folder.artifacts, folder.logs, folder.secrets]) {
    await mkdir(part, { recursive: true, mode: 0o700 });
  }
  return folder;
}

/** Thrown when another process works on the same folder: two sets of engines on one set of files would destroy them. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** Claims the folder for this process; answers how to give it back. */
export async function claimDataFolder(folder: DataFolder): Promise<() => Promise<void>> {
  const attempt = await tryLock(join(folder.root, 'instance.lock'));
  if (attempt.held) return attempt.release;
  throw new FolderInUse(
    `Reprise already runs on ${folder.root} (process ${attempt.holder.pid}): stop it, or give this one another REPRISE_DATA_DIR and PORT.`,
  );
}
