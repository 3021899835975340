import { toEpoch, type Epoch, type JournalEntry } from '../flow';
import type { JournalBucket } from '../store/ports';
import type { JournalSinkCall } from '../workflows/contract';

/** Which execution of a workflow task speaks (P1). */
export interface TaskIdentity {
  readonly temporalRunId: string;
  readonly historyLength: number;
  readonly runStartMs: number;
}

/** What is not in the store yet of one run. */
export interface PendingRun {
  readonly runId: string;
  readonly buckets: readonly JournalBucket[];
  readonly entries: readonly JournalEntry[];
  readonly epoch: Epoch;
  /** Whether the oldest entry was told by the first try of the run's first task: nothing was told before it. */
  readonly fresh: boolean;
  /** Someone waits for the flush. */
  readonly awaited: boolean;
  readonly end: boolean;
}

/** A document of the store holds at most 16 MiB, an entry at most 32 KiB of output: far below in any case. */
const BUCKET_ENTRIES = 200;
/** History length at the first try of the first workflow task: started, scheduled, task started. */
const FIRST_TASK_LENGTH = 3;

/**
 * The epoch of a task, and when it was told: a task that fails leaves no event behind from its second try on (it is transient),
 * so the history length alone does not tell its tries apart.
 */
const epochAt = (task: TaskIdentity, nowMs: number): Epoch =>
  `${toEpoch(task.runStartMs, task.historyLength, task.temporalRunId)}-${String(nowMs).padStart(14, '0')}`;

/** Outranks everything that the same task told while it ran, and nothing that a later task told. */
export const repairEpoch = (task: TaskIdentity): Epoch => `${toEpoch(task.runStartMs, task.historyLength, task.temporalRunId)}~`;

/** Insert-only buckets of one epoch (P6). */
export const toBuckets = (
  runId: string,
  workspace: string,
  epoch: Epoch,
  entries: readonly JournalEntry[],
): readonly JournalBucket[] => {
  const buckets: JournalBucket[] = [];
  for (let from = 0; from < entries.length; from += BUCKET_ENTRIES) {
    const part = entries.slice(from, from + BUCKET_ENTRIES);
    buckets.push({ runId, workspace, epoch, firstSeq: part[0]?.seq ?? 0, entries: part });
  }
  return buckets;
};

const merge = (older: PendingRun, newer: PendingRun): PendingRun => ({
  ...newer,
  buckets: [...older.buckets, ...newer.buckets],
  entries: [...older.entries, ...newer.entries],
  fresh: older.fresh,
  awaited: older.awaited || newer.awaited,
  end: older.end || newer.end,
});

/** Entries on their way to the store, by run, bounded per run and in all. */
export const createJournalBuffer = (limits: { readonly perRun: number; readonly total: number }) => {
  let runs = new Map<string, PendingRun>();
  let total = 0;

  /** False when too much waits: then all of this run is dropped. */
  const keep = (run: PendingRun): boolean => {
    total += run.entries.length - (runs.get(run.runId)?.entries.length ?? 0);
    if (run.entries.length <= limits.perRun && total <= limits.total) {
      runs.set(run.runId, run);
      return true;
    }
    runs.delete(run.runId);
    total -= run.entries.length;
    return false;
  };

  return {
    /** False when the run was dropped: its journal must be rebuilt from history. */
    add(call: JournalSinkCall, task: TaskIdentity, nowMs: number): boolean {
      const epoch = epochAt(task, nowMs);
      const added: PendingRun = {
        runId: call.runId,
        buckets: toBuckets(call.runId, call.workspace, epoch, call.entries),
        entries: call.entries,
        epoch,
        fresh: call.entries[0]?.seq === 1 && task.historyLength <= FIRST_TASK_LENGTH,
        awaited: call.park || call.end,
        end: call.end,
      };
      const before = runs.get(call.runId);
      return keep(before === undefined ? added : merge(before, added));
    },
    has: (runId: string): boolean => runs.has(runId),
    size: (): number => runs.size,
    someoneWaits: (): boolean => [...runs.values()].some((run) => run.awaited),
    /** Everything, oldest run first; the buffer is empty after it. */
    take(): readonly PendingRun[] {
      const taken = [...runs.values()];
      runs = new Map();
      total = 0;
      return taken;
    },
    /** Back in front of what came meanwhile. Answers the ids of runs that were dropped. */
    putBack(taken: readonly PendingRun[]): readonly string[] {
      const dropped: string[] = [];
      for (const run of taken) {
        const newer = runs.get(run.runId);
        if (!keep(newer === undefined ? run : merge(run, newer))) dropped.push(run.runId);
      }
      return dropped;
    },
  };
};
