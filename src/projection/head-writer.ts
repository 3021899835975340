import { isRepriseError, projectEntries, type Epoch, type HeadChange, type JournalEntry } from '../flow';
import type { Logger } from '../logger';
import type { RunStore } from '../store/ports';
import { createRecentRuns } from './recent-runs';

/** Entries of one run that its head has not seen, ascending, at least one. */
export interface HeadWork {
  readonly runId: string;
  readonly entries: readonly JournalEntry[];
  readonly epoch: Epoch;
  /** Told by the first try of the run's first task: nothing was told before. */
  readonly fresh: boolean;
}

/** How many heads are written at once. */
const WRITES_AT_ONCE = 8;
const RECENT_RUNS = 5_000;

/**
 * Writes heads. Changes of one run that wait are written as one; a run's writes never overtake each other. A head that may
 * have missed something is marked dirty for the reconciler (P4).
 */
export const createHeadWriter = (deps: {
  readonly runs: Pick<RunStore, 'applyHead' | 'getById'>;
  readonly logger: Logger;
  /** Pause after the store did not answer, ms. */
  readonly retryMs: number;
  /** Between two rounds of heads that nobody waits for, ms: a run that moves on every few ms is one write, not one a move. */
  readonly headSpacingMs: number;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Entries that may wait for one head; beyond them the head is left to the reconciler. */
  readonly perRun: number;
}) => {
  const waiting = new Map<string, HeadWork>();
  const dirty = new Set<string>();
  const writing = new Map<string, Promise<void>>();
  const recent = createRecentRuns(RECENT_RUNS);
  let pumping: Promise<void> | undefined;
  let later: NodeJS.Timeout | undefined;
  let startedAt = 0;
  let stopped = false;

  /** Whether these entries follow on the head without a gap (lost in a crash) or an overlap (a task ran again, P1). */
  const followsOn = async (work: HeadWork): Promise<boolean> => {
    const before = (work.entries[0]?.seq ?? 1) - 1;
    const known = recent.get(work.runId);
    if (known !== undefined) return known.lastSeq === before;
    if (work.fresh) return true;
    const head = await deps.runs.getById(work.runId);
    return (head?.seq ?? 0) === before;
  };

  /** Undefined when the head has it already. */
  const changeOf = async (work: HeadWork): Promise<HeadChange | undefined> => {
    const lastSeq = work.entries.at(-1)?.seq ?? 0;
    const known = recent.get(work.runId);
    if (known?.epoch === work.epoch && known.lastSeq === lastSeq) return undefined;
    const whole = await followsOn(work);
    if (!whole)
      deps.logger.warn('a journal does not follow on its head; it will be compared with history', { runId: work.runId });
    const mark = !whole || dirty.has(work.runId);
    return { ...projectEntries(work.entries), epoch: work.epoch, ...(mark ? { dirty: true } : {}) };
  };

  const apply = async (work: HeadWork): Promise<void> => {
    const change = await changeOf(work);
    if (change === undefined) return;
    await deps.runs.applyHead(work.runId, change);
    dirty.delete(work.runId);
    recent.set(work.runId, { lastSeq: work.entries.at(-1)?.seq ?? 0, epoch: work.epoch });
  };

  /** One write of this run at a time, in order. */
  const inTurn = (runId: string, write: () => Promise<void>): Promise<void> => {
    const turn = (writing.get(runId) ?? Promise.resolve()).then(write);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (writing.get(runId) === settled) writing.delete(runId);
      });
    writing.set(runId, settled);
    return turn;
  };

  const leaveToReconciler = (runId: string): void => {
    recent.forget(runId);
    dirty.add(runId);
  };

  const queue = (work: HeadWork): void => {
    const before = waiting.get(work.runId);
    const entries = before === undefined ? work.entries : [...before.entries, ...work.entries];
    if (entries.length > deps.perRun) {
      waiting.delete(work.runId);
      leaveToReconciler(work.runId);
    } else waiting.set(work.runId, { ...work, entries, fresh: before?.fresh ?? work.fresh });
  };

  /** In front of what came meanwhile. */
  const putBack = (work: HeadWork): void => {
    const newer = waiting.get(work.runId);
    waiting.delete(work.runId);
    queue(work);
    if (newer !== undefined) queue(newer);
  };

  const takeTogetherWith = (work: HeadWork): HeadWork => {
    const before = waiting.get(work.runId);
    waiting.delete(work.runId);
    return before === undefined ? work : { ...work, entries: [...before.entries, ...work.entries], fresh: before.fresh };
  };

  const write = async (work: HeadWork): Promise<void> => {
    try {
      await inTurn(work.runId, () => apply(work));
    } catch (error) {
      if (!isAway(error)) {
        deps.logger.error('a run head cannot be written; it is left to the reconciler', {
          runId: work.runId,
          error: String(error),
        });
        leaveToReconciler(work.runId);
        return;
      }
      putBack(work);
      throw error;
    }
  };

  const mark = async (runId: string): Promise<void> => {
    await inTurn(runId, () => deps.runs.applyHead(runId, { dirty: true }));
    dirty.delete(runId);
  };

  /** Everything that waits now; what comes meanwhile is the next round's. */
  const pump = async (): Promise<void> => {
    const runIds = [...new Set([...waiting.keys(), ...dirty])];
    for (let from = 0; from < runIds.length; from += WRITES_AT_ONCE)
      await Promise.all(runIds.slice(from, from + WRITES_AT_ONCE).map(pumpOne));
  };

  const drain = async (): Promise<void> => {
    while (waiting.size > 0 || dirty.size > 0) await pump();
  };

  const pumpOne = async (runId: string): Promise<void> => {
    const work = waiting.get(runId);
    waiting.delete(runId);
    if (work !== undefined) await write(work);
    else if (dirty.has(runId)) await mark(runId);
  };

  const startIn = (ms: number): void => {
    later = setTimeout(() => {
      later = undefined;
      startNow();
    }, ms);
  };

  const start = (): void => {
    if (pumping !== undefined || later !== undefined || stopped) return;
    const waitMs = startedAt + deps.headSpacingMs - deps.clock();
    if (waitMs > 0) startIn(waitMs);
    else startNow();
  };

  const hurry = (): void => {
    clearTimeout(later);
    later = undefined;
    startedAt = Number.NEGATIVE_INFINITY;
    start();
  };

  const startNow = (): void => {
    if (pumping !== undefined || stopped) return;
    startedAt = deps.clock();
    pumping = pump()
      .catch((error: unknown) => {
        deps.logger.warn('writing run heads failed; it is tried again', { error: String(error), waiting: waiting.size });
        startIn(deps.retryMs);
      })
      .finally(() => {
        pumping = undefined;
        // What was added after the last look of the pump.
        if (waiting.size > 0 || dirty.size > 0) start();
      });
  };

  return {
    /** Written with the next round of heads; at once when the run parks, since its state is what people look at then. */
    add(work: HeadWork, parks: boolean): void {
      queue(work);
      if (parks) hurry();
      else start();
    },
    /** Kept for the close of the run, which takes it along; at the latest it is written with the next round of heads. */
    keep: queue,
    /** What was kept for a close that does not come is written. */
    release(runId: string): void {
      if (waiting.has(runId)) start();
    },
    /** Writes what the head has not seen together with the close of its run. Throws what `close` throws; then it waits again. */
    closeWith: (runId: string, close: (last: HeadChange) => Promise<unknown>): Promise<void> =>
      inTurn(runId, async () => {
        const work = waiting.get(runId);
        waiting.delete(runId);
        try {
          const change = work === undefined ? undefined : await changeOf(work);
          await close(dirty.has(runId) ? { ...change, dirty: true } : { ...change });
          dirty.delete(runId);
        } catch (error) {
          if (work !== undefined) putBack(work);
          throw error;
        }
      }),
    /** Resolves when the head has it. Throws `unavailable`; the work then waits for the next try. */
    async writeNow(work: HeadWork): Promise<void> {
      try {
        await write(takeTogetherWith(work));
      } finally {
        if (waiting.size > 0 || dirty.size > 0) start();
      }
    },
    markDirty(runId: string): void {
      dirty.add(runId);
      start();
    },
    /** Writes what waits, once. */
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(later);
      await pumping;
      await drain().catch((error: unknown) =>
        deps.logger.warn('some run heads were not written; the reconciler repairs them', {
          error: String(error),
          waiting: waiting.size,
        }),
      );
    },
  };
};

export const isAway = (error: unknown): boolean => isRepriseError(error) && error.code === 'unavailable';
