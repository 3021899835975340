/** Short commands: run, collect, give up in time. Never rejects, never goes through a shell. */
import { spawn } from 'node:child_process';

export interface ExecOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  /** Each line of either stream. */
  readonly onLine?: (line: string) => void;
  /** Asked every 250 ms; a text ends the command with that reason. */
  readonly giveUp?: () => string | undefined;
}
export interface ExecResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** Why it failed, in one clause; empty when ok. */
  readonly reason: string;
}
export type Exec = (command: string, args: readonly string[], options: ExecOptions) => Promise<ExecResult>;

/** Groups that still run: a process that ends, by Ctrl-C for example, takes its short commands with it. */
const groups = new Set<number>();
process.on('exit', () => groups.forEach(killGroup));

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

const KEEP_BYTES = 64 * 1024;
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** Runs a command to its end. */
export const exec: Exec = (command, args, options) =>
  new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own group, so that giving up also ends what it started (pip and go start helpers).
      detached: true,
    });
    if (child.pid !== undefined) groups.add(child.pid);
    let stdout = '';
    let stderr = '';
    let reason = '';
    const started = Date.now();
    const end = (why: string): void => {
      reason ||= why;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const watch = setInterval(() => {
      const late =
        Date.now() - started > options.timeoutMs ? `no end after ${Math.round(options.timeoutMs / 1000)} s` : options.giveUp?.();
      if (late !== undefined) end(late);
    }, 250);
    const pending = { stdout: '', stderr: '' };
    const take = (stream: 'stdout' | 'stderr', chunk: string): void => {
      if (stream === 'stdout') stdout = (stdout + chunk).slice(-KEEP_BYTES);
      else stderr = (stderr + chunk).slice(-KEEP_BYTES);
      const lines = (pending[stream] + chunk).split('\n');
      pending[stream] = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => take('stdout', chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => take('stderr', chunk));
    const finish = (failure: string): void => {
      clearInterval(watch);
      if (child.pid !== undefined) groups.delete(child.pid);
      const why = reason || failure;
      settle({ ok: why === '', stdout, reason: why });
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ENOENT' ? `${command} is not installed` : error.message),
    );
    child.on('close', (code, signal) =>
      finish(code === 0 ? '' : lastLine(stderr) || lastLine(stdout) || `ended with ${signal ?? `code ${code}`}`),
    );
  });
