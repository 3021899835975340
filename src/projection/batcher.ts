/**
 * The sink's other end: takes what runs tell and brings it to the store.
 *
 * B1. Journal first, then the head; nothing here closes a run but the close event (P2).
 * B2. A park or an end waits for its flush, at most 1 s (P3); an end also for its head, because a closed head takes no more.
 *     Where this process alone closes runs, an end is flushed while Temporal closes the run: the close waits for the flush and
 *     takes the head along in its own write. A crash in between leaves a live head, which the reconciler rebuilds and closes.
 * B3. Whatever could not be kept marks its run dirty: the reconciler rebuilds it from history (P4).
 */
import type { Logger } from '../logger';
import type { JournalStore, RunStore } from '../store/ports';
import type { JournalSinkCall } from '../workflows/contract';
import { createFlushWaits } from './flush-waits';
import { createHeadWriter, isAway } from './head-writer';
import { createJournalBuffer, type PendingRun, type TaskIdentity } from './journal-buffer';
import { createRecentIds } from './recent-ids';
import type { RunCloser } from './run-closer';

export interface JournalBatcher {
  /** For the worker's sink. The promise is that of P3; it never rejects. */
  readonly sink: (call: JournalSinkCall, task: TaskIdentity) => Promise<void> | undefined;
  /** Flushes what is there, at most for some seconds. */
  stop(): Promise<void>;
}

export interface BatcherDeps {
  readonly journal: Pick<JournalStore, 'append'>;
  readonly runs: Pick<RunStore, 'applyHead' | 'getById'>;
  readonly closer: Pick<RunCloser, 'whenClosed' | 'closeThrough'>;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly options?: Partial<BatcherOptions>;
}

export interface BatcherOptions {
  /** How long entries that nobody waits for wait for company, ms. */
  readonly coalesceMs: number;
  /** Between two flushes that nobody waits for, ms: a busy worker writes in batches, a quiet one at once. */
  readonly spacingMs: number;
  /** The same of heads. */
  readonly headSpacingMs: number;
  /** P3: a park or an end waits no longer, ms. */
  readonly flushWaitMs: number;
  /** Whether an end waits for its flush (B2). False only where all closes go through the given closer. */
  readonly awaitEnds: boolean;
  /** Pause after the store did not answer, ms. */
  readonly retryMs: number;
  /** Entries kept while the store is away, of one run and in all. */
  readonly perRun: number;
  readonly total: number;
  /** How long an ended run is followed to its close event, ms; then the reconciler takes over. */
  readonly closeWaitMs: number;
  /** Longest flush at stop, ms. */
  readonly stopMs: number;
}
const DEFAULTS: BatcherOptions = {
  coalesceMs: 15,
  spacingMs: 75,
  headSpacingMs: 500,
  flushWaitMs: 1_000,
  awaitEnds: true,
  retryMs: 500,
  perRun: 5_000,
  total: 100_000,
  closeWaitMs: 30_000,
  stopMs: 5_000,
};

/** Ends stored by this process; an older one is only rebuilt once more. */
const ENDS_REMEMBERED = 5_000;

export const createJournalBatcher = (deps: BatcherDeps): JournalBatcher => {
  const options = { ...DEFAULTS, ...deps.options };
  const buffer = createJournalBuffer(options);
  const waits = createFlushWaits();
  const heads = createHeadWriter({ ...deps, ...options });
  const ends = createRecentIds(ENDS_REMEMBERED);
  let planned: { readonly urgent: boolean; readonly cancel: () => void } | undefined;
  let flushing: Promise<void> | undefined;
  let flushedAt = 0;
  let away = false;

  const drop = (runId: string): void => {
    deps.logger.warn('a journal was not kept; it will be rebuilt from history', { runId });
    heads.markDirty(runId);
    waits.settled(runId);
  };

  const followToClose = (runId: string): void => {
    deps.closer
      .whenClosed(runId, options.closeWaitMs)
      .catch((error: unknown) =>
        deps.logger.debug('a run was not closed here; the reconciler closes it', { runId, error: String(error) }),
      )
      .finally(() => heads.release(runId));
  };

  /** B2. */
  const endHead = (run: PendingRun): Promise<void> =>
    heads
      .writeNow(run)
      .catch((error: unknown) =>
        deps.logger.warn('a run head was not written; it is tried again', { runId: run.runId, error: String(error) }),
      );

  const store = async (batch: readonly PendingRun[]): Promise<void> => {
    const endHeads = options.awaitEnds ? batch.filter((run) => run.end).map(endHead) : [];
    await deps.journal.append(batch.flatMap((run) => run.buckets));
    for (const run of batch) {
      if (!run.end) heads.add(run, run.awaited);
      else if (!options.awaitEnds) heads.keep(run);
    }
    await Promise.all(endHeads);
    for (const run of batch) {
      if (!buffer.has(run.runId)) waits.settled(run.runId);
      if (!run.end) continue;
      ends.add(run.runId);
      followToClose(run.runId);
    }
  };

  /** One document that the store refuses must not hold up the others. */
  const storeOneByOne = async (batch: readonly PendingRun[]): Promise<void> => {
    for (const run of batch) {
      try {
        await store([run]);
      } catch (error) {
        if (isAway(error)) throw error;
        deps.logger.error('the store refuses a journal', { runId: run.runId, error: String(error) });
        drop(run.runId);
      }
    }
  };

  const flush = async (): Promise<void> => {
    const batch = buffer.take();
    if (batch.length === 0) return;
    try {
      await store(batch).catch((error: unknown) => {
        if (isAway(error)) throw error;
        return storeOneByOne(batch);
      });
      if (away) deps.logger.info('the store takes journals again');
      away = false;
    } catch (error) {
      if (!away) deps.logger.warn('the store does not take journals; they are kept and tried again', { error: String(error) });
      away = true;
      for (const runId of buffer.putBack(batch)) drop(runId);
    }
  };

  const runFlush = (): void => {
    planned?.cancel();
    planned = undefined;
    if (flushing !== undefined) return;
    flushedAt = deps.clock();
    flushing = flush().finally(() => {
      flushing = undefined;
      if (buffer.size() > 0) plan(buffer.someoneWaits());
    });
  };

  /** Flushes group themselves: while one is under way, everything that comes makes up the next one. */
  const plan = (urgent: boolean): void => {
    if (flushing !== undefined) return;
    if (planned !== undefined && (planned.urgent || !urgent || away)) return;
    planned?.cancel();
    if (urgent && !away) {
      const immediate = setImmediate(runFlush);
      planned = { urgent, cancel: () => clearImmediate(immediate) };
    } else {
      const spaced = Math.max(options.coalesceMs, flushedAt + options.spacingMs - deps.clock());
      const timer = setTimeout(runFlush, away ? options.retryMs : spaced);
      planned = { urgent, cancel: () => clearTimeout(timer) };
    }
  };

  deps.closer.closeThrough(async (runId, close) => {
    await waits.wait(runId, options.closeWaitMs, () => heads.markDirty(runId));
    // Its end was told to a process that was killed: the journal may lack what only that one knew (P3).
    const isWhole = ends.has(runId);
    await heads.closeWith(runId, (last) => close(isWhole ? last : { ...last, dirty: true }));
  });

  return {
    sink(call, task) {
      const waiting = call.end ? options.awaitEnds : call.park;
      if (call.entries.length > 0) {
        waits.open(call.runId);
        if (!buffer.add(call, task, deps.clock())) drop(call.runId);
      }
      if (buffer.size() > 0) plan(waiting || call.end);
      if (!waiting) return undefined;
      return waits.wait(call.runId, options.flushWaitMs, () => {
        deps.logger.warn('a run went on before its journal was stored', { runId: call.runId });
        heads.markDirty(call.runId);
      });
    },
    async stop() {
      const deadline = deps.clock() + options.stopMs;
      while ((buffer.size() > 0 || flushing !== undefined) && deps.clock() < deadline) {
        if (flushing === undefined) runFlush();
        await flushing;
        if (away) break;
      }
      planned?.cancel();
      planned = undefined;
      await heads.stop();
    },
  };
};
