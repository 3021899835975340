import { mergeBuckets, projectEntries, sameContent, type Epoch } from '../flow';
import type { Logger } from '../logger';
import type { JournalBucket, JournalStore, Run, RunStore } from '../store/ports';
import type { EngineReader, ExecutionHistory, ReplayJournal } from './engine-port';
import { repairEpoch, toBuckets, type TaskIdentity } from './journal-buffer';

export interface RepairDeps {
  readonly engine: Pick<EngineReader, 'histories'>;
  readonly journal: Pick<JournalStore, 'append' | 'readBuckets'>;
  readonly runs: Pick<RunStore, 'applyHead' | 'getById'>;
  readonly replay: ReplayJournal;
  readonly logger: Logger;
}

/**
 * Makes the journal and the head of a run equal to what its history says (P4). Answers how many entries of the store were
 * wrong or missing. What a task tells that is not committed yet is newer than a repair, and stays.
 * Throws `unavailable`, or the replay's error when the history does not fit the code.
 */
export const repairRun = async (deps: RepairDeps, run: Run): Promise<number> => {
  const histories = await deps.engine.histories(run.id);
  const before = await deps.journal.readBuckets(run.id);
  const stored = new Map(mergeBuckets(before).map((entry) => [entry.seq, entry]));
  const buckets: JournalBucket[] = [];
  let wrong = 0;
  let lastSeq = 0;
  for (const history of histories) {
    const entries = await deps.replay(history.history, run.id);
    const differing = entries.filter((entry) => !sameContent(stored.get(entry.seq), entry));
    if (differing.length > 0) buckets.push(...toBuckets(run.id, run.workspace, repairEpoch(taskOf(history)), entries));
    wrong += differing.length;
    lastSeq = entries.at(-1)?.seq ?? lastSeq;
  }
  const last = histories.at(-1);
  const epoch = last === undefined ? undefined : repairEpoch(taskOf(last));
  if (epoch !== undefined && hasGhosts(before, epoch, lastSeq)) {
    buckets.push({ runId: run.id, workspace: run.workspace, epoch, firstSeq: lastSeq + 1, entries: [] });
    wrong += 1;
  }
  if (buckets.length > 0) await deps.journal.append(buckets);

  await rewriteHead(deps, run, epoch);
  if (wrong > 0) deps.logger.info('a journal was repaired from history', { runId: run.id, entries: wrong });
  return wrong;
};

/**
 * From the store, so that what live tasks told meanwhile is in it. A head that has moved on since then stays dirty, also one
 * that was closed since then: the history that was read may lack its end.
 */
const rewriteHead = async (deps: RepairDeps, run: Run, repaired: Epoch | undefined): Promise<void> => {
  const buckets = await deps.journal.readBuckets(run.id);
  const epochs = [
    ...buckets.map((bucket) => bucket.epoch),
    ...[run.epoch, repaired].filter((epoch) => epoch !== undefined),
  ].sort();
  const epoch = epochs.at(-1);
  const entries = mergeBuckets(buckets);
  const change = { ...projectEntries(entries), ...(epoch === undefined ? {} : { epoch }) };
  await deps.runs.applyHead(run.id, change, { repair: true });
  const head = await deps.runs.getById(run.id);
  const isWhole = (entries.at(-1)?.seq ?? 0) >= (head?.seq ?? 0);
  if (head === undefined || (head.endedAt === undefined ? head.epoch === epoch : isWhole))
    await deps.runs.applyHead(run.id, { dirty: false });
};

const taskOf = (history: ExecutionHistory): TaskIdentity => ({
  temporalRunId: history.executionId,
  historyLength: history.committedLength,
  runStartMs: history.startMs,
});

/** Entries behind the last one of the history that a task told and never committed (P1), and that nothing has cut yet. */
const hasGhosts = (buckets: readonly JournalBucket[], epoch: string, lastSeq: number): boolean =>
  mergeBuckets(buckets.filter((bucket) => bucket.epoch <= epoch)).some((entry) => entry.seq > lastSeq);
