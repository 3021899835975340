/**
 * Runs code of flows in a small pool of threads. A thread has one job at a time; one that does not stop by itself is killed and
 * replaced, so that no code holds more than its thread for more than its time. Idle threads end; they never hold the process.
 */
import { createWorkerSlot, ThreadEnded, type WorkerSlot } from './worker-slot';
import { SANDBOX_LIMITS, type SandboxAnswer, type SandboxJob } from './protocol';

export interface Sandbox {
  /** Faults of the code are in the answer. Rejects with the signal's reason, or RepriseError when the sandbox was closed. */
  run(job: SandboxJob, signal: AbortSignal): Promise<SandboxAnswer>;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** Jobs at the same time; others wait in order. */
  readonly threads?: number;
  /** A thread without work ends after this. */
  readonly idleMs?: number;
}

const THREADS = 2;
const IDLE_MS = 30_000;

interface Waiting {
  readonly signal: AbortSignal;
  readonly start: (slot: WorkerSlot) => void;
}

/** A pool without threads yet: they come with the first jobs. */
export const createSandbox = ({ threads = THREADS, idleMs = IDLE_MS }: SandboxOptions = {}): Sandbox => {
  const slots = Array.from({ length: threads }, () => createWorkerSlot(idleMs));
  const free = [...slots];
  const waiting: Waiting[] = [];

  const release = (slot: WorkerSlot): void => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (next.signal.aborted) continue;
      return next.start(slot);
    }
    free.push(slot);
  };
  /** The newest free slot first: its thread is warm, the others may end. */
  const acquire = (signal: AbortSignal): Promise<WorkerSlot> => {
    const slot = free.pop();
    if (slot !== undefined) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.push({
        signal,
        start: (given) => {
          signal.removeEventListener('abort', giveUp);
          resolve(given);
        },
      });
    });
  };

  return {
    async run(job, signal) {
      signal.throwIfAborted();
      const slot = await acquire(signal);
      try {
        return await slot.run({ job, limits: SANDBOX_LIMITS }, signal);
      } catch (error) {
        if (!(error instanceof ThreadEnded)) throw error;
        return { result: { ok: false, fault: { kind: error.kind, message: error.message } }, lines: [] };
      } finally {
        release(slot);
      }
    },
    async close() {
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
};
