/** Runs the built program as a person would, and watches what it prints and leaves behind. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = join(__dirname, '..', '..', 'dist', 'bin', 'reprise.js');

export interface RepriseProcess {
  readonly pid: number;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Waits until the output has this. Throws with the output when the process ends or time is over. */
  until(text: string | RegExp, timeoutMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `reprise <command…>`; the environment has nothing of ours but `env`. */
export function startReprise(command: string | readonly string[], env: Readonly<Record<string, string>>): RepriseProcess {
  if (!existsSync(PROGRAM)) throw new Error('There is no build: run `npm run build` first (npm test does).');
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(REPRISE_|TEMPORAL_|MONGO|PORT$|HOST$|NODE_|JEST_)/.test(name) || name === 'REPRISE_CACHE_DIR',
  );
  const child = spawn(process.execPath, [PROGRAM, ...[command].flat()], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  let isOver = false;
  const ended = new Promise<number | string>((settle) => {
    child.once('close', (code, signal) => {
      isOver = true;
      settle(code ?? signal ?? 'unknown');
    });
  });
  return {
    pid: child.pid ?? -1,
    output: () => text,
    ended,
    until: async (wanted, timeoutMs = 60_000) => {
      const found = () => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
      for (const deadline = Date.now() + timeoutMs; !found(); await sleep(50)) {
        if (isOver || Date.now() > deadline) throw new Error(`never printed ${String(wanted)}:\n${text}`);
      }
    },
    kill: (signal) => void child.kill(signal),
  };
}
