/**
 * Keeps one engine running. Invariants:
 *  V1. At most one process per data folder: what a killed start left is adopted when it is the same command, else stopped.
 *  V2. An engine that dies is started again, with a growing pause; one that was stopped by us is not.
 *  V3. Engines run in their own process group and write to files, so that neither Ctrl-C nor our death touches them.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../step';
import { findEngine } from './find';
import { startTime } from './identity';
import { stopProcess } from './stop';

export interface EngineSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The argument that names the data folder or file; it finds a process left behind. */
  readonly marker: string;
  readonly logFile: string;
  readonly isReady: () => Promise<boolean>;
}
export interface SuperviseOptions {
  readonly report: Report;
  /** Until the first readiness, ms. */
  readonly readyMs?: number;
  /** Between SIGTERM and SIGKILL, ms. */
  readonly graceMs?: number;
  /** First pause before a restart, ms; doubles to 30 s, and starts over after a minute of life. */
  readonly backoffMs?: number;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal;
}
export interface RunningEngine {
  readonly name: string;
  readonly adopted: boolean;
  /** The process now; undefined between death and restart. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Thrown when an engine does not become ready; names the log to read. */
export class EngineStartFailed extends Error {
  override readonly name = 'EngineStartFailed';
}

const POLL_MS = 50;
const LOG_ROTATE_BYTES = 10 * 1024 * 1024;

interface Child {
  readonly pid: number;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
}

/** Starts or adopts the engine and answers when it is ready. */
export async function superviseEngine(spec: EngineSpec, options: SuperviseOptions): Promise<RunningEngine> {
  const { report, readyMs = 60_000, graceMs = 10_000, backoffMs = 500 } = options;
  const left = await clearOrAdopt(spec, report, graceMs);
  let child: Child | undefined = left ?? launch(spec);
  try {
    await untilReady(spec, child, readyMs, options.signal);
  } catch (error) {
    await stopProcess(child.pid, graceMs);
    throw error;
  }
  const stopping = new AbortController();
  const supervision = (async () => {
    let pause = backoffMs;
    while (!stopping.signal.aborted) {
      if (child === undefined) return;
      const began = Date.now();
      await child.ended;
      child = undefined;
      if (stopping.signal.aborted) return;
      if (Date.now() - began > 60_000) pause = backoffMs;
      report(`${spec.name} ended; starting it again in ${pause / 1000} s (log: ${spec.logFile})`);
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, 30_000);
      if (stopping.signal.aborted) return;
      child = launch(spec);
      await untilReady(spec, child, readyMs).then(
        () => report(`${spec.name} is back`),
        () => undefined,
      );
    }
  })();
  return {
    name: spec.name,
    adopted: left !== undefined,
    pid: () => child?.pid,
    stop: async () => {
      stopping.abort();
      if (child !== undefined) await stopProcess(child.pid, graceMs);
      await supervision;
    },
  };
}

async function clearOrAdopt(spec: EngineSpec, report: Report, graceMs: number): Promise<Child | undefined> {
  const wanted = [spec.command, ...spec.args].join('\0');
  let adopted: Child | undefined;
  for (const found of await findEngine(spec.command, spec.marker)) {
    const same = found.argv.join('\0') === wanted;
    if (same && adopted === undefined) {
      adopted = { pid: found.pid, ended: untilGone(found.pid) };
      report(`${spec.name}: adopting process ${found.pid}, left by an earlier start`);
    } else {
      report(`${spec.name}: stopping process ${found.pid}, left by an earlier start with other settings`);
      await stopProcess(found.pid, graceMs);
    }
  }
  return adopted;
}

/** An adopted process is no child of ours: its end can only be looked for. */
async function untilGone(pid: number): Promise<void> {
  const started = await startTime(pid);
  while (started !== undefined && (await startTime(pid)) === started) await sleep(500);
}

function launch(spec: EngineSpec): Child {
  rotate(spec.logFile);
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    const child = spawn(spec.command, spec.args, { detached: true, stdio: ['ignore', log, log] });
    const ended = new Promise<void>((settle) => {
      child.once('exit', () => settle());
      child.once('error', () => settle());
    });
    return { pid: child.pid ?? -1, ended };
  } finally {
    closeSync(log);
  }
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_ROTATE_BYTES) renameSync(file, `${file}.1`);
}

async function untilReady(spec: EngineSpec, child: Child, readyMs: number, signal?: AbortSignal): Promise<void> {
  let dead = false;
  void child.ended.then(() => (dead = true));
  for (const deadline = Date.now() + readyMs; Date.now() < deadline;) {
    if (dead) throw new EngineStartFailed(`${spec.name} ended at its start: read ${spec.logFile} for the cause.`);
    signal?.throwIfAborted();
    if (await spec.isReady()) return;
    await sleep(POLL_MS);
  }
  throw new EngineStartFailed(
    `${spec.name} did not answer within ${Math.round(readyMs / 1000)} s: read ${spec.logFile} for the cause.`,
  );
}
