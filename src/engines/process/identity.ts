/** Tells whether a process that was noted down is still the same one: numbers are used again, start times are not. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessMark {
  readonly pid: number;
  /** Opaque start time, unique on this machine since boot. */
  readonly started: string;
}

const run = promisify(execFile);

/** Start time of a living process; undefined when there is none (a zombie counts as none). */
export async function startTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // The command name stands in parentheses and may hold anything; fields count from after the last one.
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields?.[0], fields?.[19]];
    if (ticks === undefined || state === 'Z' || state === 'X') return undefined;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
    return `${boot.trim()}:${ticks}`;
  }
  const listed = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => undefined);
  const line = listed?.stdout.trim();
  return line === undefined || line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

/** The mark of this process. */
export async function describeSelf(): Promise<ProcessMark> {
  return { pid: process.pid, started: (await startTime(process.pid)) ?? 'unknown' };
}

/** Whether the marked process still runs. */
export async function isAlive(mark: ProcessMark): Promise<boolean> {
  return (await startTime(mark.pid)) === mark.started;
}

/** Reads a mark back; undefined for anything else. */
export function parseProcessMark(text: string): ProcessMark | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined;
    const { pid, started } = value;
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}
