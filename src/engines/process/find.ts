/** Finds living processes by their exact arguments: what a killed start left behind, even if it died before noting them. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { startTime } from './identity';

export interface FoundProcess {
  readonly pid: number;
  /** The executable as it was called, then its arguments. */
  readonly argv: readonly string[];
}

const run = promisify(execFile);

async function listLinux(): Promise<FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return text === '' ? undefined : { pid, argv: text.replace(/\0$/, '').split('\0') };
    }),
  );
  return found.filter((entry) => entry !== undefined);
}

/** `ps` joins arguments by spaces, so paths with spaces are not found there: the port check then says that it is taken. */
async function listByPs(): Promise<FoundProcess[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,args='], { maxBuffer: 16 * 1024 * 1024 });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length > 1)
    .map(([pid, ...argv]) => ({ pid: Number(pid), argv }));
}

/**
 * Processes of this executable name whose arguments include the marker.
 * @param marker an argument that only the engine of one data folder has, such as its database path
 */
export async function findEngine(executable: string, marker: string): Promise<readonly FoundProcess[]> {
  const all = process.platform === 'linux' ? await listLinux() : await listByPs();
  const ours = all.filter(
    ({ pid, argv }) => pid !== process.pid && basename(argv[0] ?? '') === basename(executable) && argv.slice(1).includes(marker),
  );
  const alive = await Promise.all(ours.map(async (entry) => ((await startTime(entry.pid)) === undefined ? undefined : entry)));
  return alive.filter((entry) => entry !== undefined);
}
