import type { Logger } from '../logger';
import type { RunClosure, RunStore } from '../store/ports';
import { closureOf } from './closure';
import { createCloseWriter, type CloseGate } from './close-writer';
import type { EngineReader } from './engine-port';

/** Closes heads from Temporal's close event and from nothing else (P2). One flight a run, however many wait for it. */
export interface RunCloser {
  /**
   * Waits until the run has ended, writes the close and answers it; undefined when it is still open (or unknown to
   * Temporal) after `timeoutMs`. Throws `unavailable` when Temporal or the store does not answer.
   */
  whenClosed(runId: string, timeoutMs: number): Promise<RunClosure | undefined>;
  /** A close that was answered and is on its way to the store. */
  unwritten(runId: string): RunClosure | undefined;
  /** Resolves when every close that was answered up to now is written, at most after a second. */
  written(): Promise<void>;
  /** Resolves when what a run with such a close told last can be read; undefined when there is nothing to wait for. */
  told(runId: string): Promise<void> | undefined;
  /** Closes are written when this has resolved for their run: what the run told goes first. */
  writeAfter(gate: CloseGate): void;
  /** Ends all flights; waiters get undefined. Resolves when what was answered is written, or after some seconds. */
  stop(): Promise<void>;
}

export interface RunCloserDeps {
  readonly engine: Pick<EngineReader, 'awaitClose'>;
  readonly runs: Pick<RunStore, 'close'>;
  readonly logger: Logger;
  /**
   * Answer before the write. Only where this process is the only one (`reprise dev`): its readers see the close through
   * `unwritten`, and a crash in between leaves a live head that the reconciler closes.
   */
  readonly answerFirst?: boolean;
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
  const writer = createCloseWriter(deps);

  const fly = async (runId: string, signal: AbortSignal): Promise<RunClosure | undefined> => {
    const answer = await deps.engine.awaitClose(runId, flightMs, signal);
    if (answer.kind !== 'closed') return undefined;
    const closure = closureOf(answer.close);
    if (deps.answerFirst === true) writer.writeLater(runId, closure);
    else await writer.write(runId, closure);
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
    async whenClosed(runId, timeoutMs) {
      const known = writer.unwritten(runId);
      if (known !== undefined) return known;
      const flight = join(runId);
      flight.waiters += 1;
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), timeoutMs);
      });
      try {
        return await Promise.race([flight.closure, deadline]);
      } finally {
        clearTimeout(timer);
        leave(runId, flight);
      }
    },
    unwritten: writer.unwritten,
    written: writer.written,
    told: writer.told,
    writeAfter: writer.writeAfter,
    async stop() {
      for (const flight of flights.values()) flight.abort.abort();
      flights.clear();
      await writer.stop();
    },
  };
};
