import type { Logger } from '../logger';
import type { HeadChange, RunClosure, RunStore } from '../store/ports';
import { closureOf } from './closure';
import type { EngineReader } from './engine-port';

/** Writes a close when everything that this process was told of the run is in the store, or goes there with the close. */
export type CloseGate = (runId: string, write: (last: HeadChange) => Promise<unknown>) => Promise<void>;

/** Closes heads from Temporal's close event and from nothing else (P2). One flight a run, however many wait for it. */
export interface RunCloser {
  /**
   * Waits until the run has ended, writes the close and answers it; undefined when it is still open (or unknown to
   * Temporal) after `timeoutMs` or when `signal` aborts. Throws `unavailable` when Temporal or the store does not answer.
   */
  whenClosed(runId: string, timeoutMs: number, signal?: AbortSignal): Promise<RunClosure | undefined>;
  /** Every close is written through this one from now on. */
  closeThrough(gate: CloseGate): void;
  /** Ends all flights; waiters get undefined. */
  stop(): void;
}

export interface RunCloserDeps {
  readonly engine: Pick<EngineReader, 'awaitClose'>;
  readonly runs: Pick<RunStore, 'close'>;
  readonly logger: Logger;
  /** Longest long poll of one flight; a waiter that stays starts the next one. */
  readonly flightMs?: number;
}

interface Flight {
  readonly closure: Promise<RunClosure | undefined>;
  readonly abort: AbortController;
  waiters: number;
}

export const createRunCloser = (deps: RunCloserDeps): RunCloser => {
  const flightMs = deps.flightMs ?? 60_000;
  const flights = new Map<string, Flight>();
  let gate: CloseGate = async (_, write) => void (await write({}));

  const fly = async (runId: string, signal: AbortSignal): Promise<RunClosure | undefined> => {
    const answer = await deps.engine.awaitClose(runId, flightMs, signal);
    if (answer.kind !== 'closed') return undefined;
    const closure = closureOf(answer.close);
    await gate(runId, (last) => deps.runs.close(runId, closure, last));
    return closure;
  };

  const join = (runId: string): Flight => {
    const flying = flights.get(runId);
    if (flying !== undefined) return flying;
    const abort = new AbortController();
    const closure = fly(runId, abort.signal).finally(() => {
      if (flights.get(runId) === flight) flights.delete(runId);
    });
    const flight: Flight = { closure, abort, waiters: 0 };
    // Every waiter may have left before the flight fails.
    closure.catch((error: unknown) => deps.logger.debug('waiting for a run to close failed', { runId, error: String(error) }));
    flights.set(runId, flight);
    return flight;
  };

  const leave = (runId: string, flight: Flight): void => {
    flight.waiters -= 1;
    if (flight.waiters > 0) return;
    if (flights.get(runId) === flight) flights.delete(runId);
    flight.abort.abort();
  };

  return {
    async whenClosed(runId, timeoutMs, signal) {
      const flight = join(runId);
      flight.waiters += 1;
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), timeoutMs);
        signal?.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      try {
        return await Promise.race([flight.closure, deadline]);
      } finally {
        clearTimeout(timer);
        leave(runId, flight);
      }
    },
    closeThrough(next) {
      gate = next;
    },
    stop() {
      for (const flight of flights.values()) flight.abort.abort();
      flights.clear();
    },
  };
};
