/** Short commands: run, collect, give up in time. Never rejects, never goes through a shell. */
import { spawn } from 'node:child_process';

export interface ExecOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  /** Replaces the environment of the child. */
  readonly env?: NodeJS.ProcessEnv;
  /** Each line of either stream. Answering `stop` with a reason ends the command with it. */
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

const KEEP_BYTES = 64 * 1024;
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** Runs a command to its end. */
export const exec: Exec = (command, args, options) =>
  new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own group, so that giving up also ends what it started (pip and go start helpers).
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    let reason = '';
    const started = Date.now();
    const end = (why: string): void => {
      reason ||= why;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
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
