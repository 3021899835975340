import { Worker } from 'node:worker_threads';
import type { FromThread, SandboxAnswer, ToThread } from './protocol';

/** Some operations of QuickJS do not look at the clock (a huge `concat`): after this the thread itself ends. */
const KILL_AFTER_MS = 500;
/** Start of a thread and of its instance, on a machine that is busy. */
const SET_UP_MS = 20_000;
/** Thrown when a thread ended before its job: killed for its time, or broken by what it ran. */
export class ThreadEnded extends Error {
  readonly kind: 'timeout' | 'memory';
  constructor(kind: 'timeout' | 'memory', message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface WorkerSlot {
  /** Throws ThreadEnded, or the signal's reason. One job at a time. */
  run(message: ToThread, signal: AbortSignal): Promise<SandboxAnswer>;
  close(): Promise<void>;
}

const startWorker = (): Worker => {
  // No environment, no arguments: nothing of the process is to be found inside.
  const worker = new Worker(require.resolve('./sandbox-thread.js'), {
    env: {},
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 },
    name: 'reprise-sandbox',
  });
  worker.unref();
  return worker;
};

/** A place for one thread, which comes with the first job and is replaced when it was killed. */
export const createWorkerSlot = (idleMs: number): WorkerSlot => {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;

  const end = async (): Promise<void> => {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  return {
    async run(message, signal) {
      clearTimeout(idle);
      const current = (worker ??= startWorker());
      current.ref();
      try {
        return await attempt(current, message, signal);
      } catch (error) {
        if (worker === current) worker = undefined;
        await current.terminate();
        throw error;
      } finally {
        current.unref();
        if (worker !== undefined) {
          idle = setTimeout(() => void end(), idleMs);
          idle.unref();
        }
      }
    },
    async close() {
      clearTimeout(idle);
      await end();
    },
  };
};

const attempt = (worker: Worker, message: ToThread, signal: AbortSignal): Promise<SandboxAnswer> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const { timeoutMs } = message.job;
    const late = (): void => settle(() => reject(new ThreadEnded('timeout', `The code ran longer than ${timeoutMs} ms`)));
    let timer = setTimeout(late, SET_UP_MS);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('error', onBroken);
      worker.off('exit', onBroken);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onMessage = (said: FromThread): void => {
      if (said === 'ready') return;
      if (said !== 'started') return settle(() => resolve(said));
      clearTimeout(timer);
      timer = setTimeout(late, timeoutMs + KILL_AFTER_MS);
    };
    const onBroken = (): void =>
      settle(() => reject(new ThreadEnded('memory', 'The code broke its sandbox; it needs too much memory')));
    const onAbort = (): void => settle(() => reject(signal.reason as Error));
    worker.on('message', onMessage);
    worker.on('error', onBroken);
    worker.on('exit', onBroken);
    signal.addEventListener('abort', onAbort, { once: true });
    worker.postMessage(message);
  });
