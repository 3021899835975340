/**
 * What the projection reads from Temporal, in our words. The adapter is src/service/temporal. Every method throws
 * RepriseError `unavailable` within 5 s when Temporal does not answer.
 */
import type { temporal } from '@temporalio/proto';
import type { JournalEntry, RunState } from '../flow';
import type { RunResult } from '../workflows/contract';

/** How the newest execution of a run closed; `at` is the time of the close event, epoch ms. */
export type EngineClose =
  | { readonly kind: 'completed'; readonly at: number; readonly result: RunResult }
  /** `result` is absent when it was not our workflow code that failed the run. */
  | { readonly kind: 'failed'; readonly at: number; readonly message: string; readonly result?: RunResult }
  | { readonly kind: 'cancelled'; readonly at: number; readonly result?: RunResult }
  | { readonly kind: 'terminated'; readonly at: number; readonly reason: string }
  | { readonly kind: 'timed_out'; readonly at: number };

/** `unknown`: Temporal has no such workflow id (never started, or its history is gone). */
export type CloseAnswer =
  { readonly kind: 'open' } | { readonly kind: 'unknown' } | { readonly kind: 'closed'; readonly close: EngineClose };

/** One execution of the chain behind a run id, as far as its workflow tasks are committed. */
export interface ExecutionHistory {
  readonly runId: string;
  readonly executionId: string;
  /** When this execution started, epoch ms. */
  readonly startMs: number;
  /** `historyLength` that the last committed workflow task saw: the epoch of what it told. */
  readonly committedLength: number;
  readonly history: temporal.api.history.v1.IHistory;
}

/** An open run as visibility lists it; seq and state are those of the last upsert (P4). */
export interface OpenRun {
  readonly runId: string;
  readonly state?: RunState;
  readonly seq?: number;
}
export interface OpenRunPage {
  readonly runs: readonly OpenRun[];
  /** Absent on the last page. */
  readonly next?: Uint8Array;
}
export interface ProblemRun {
  readonly runId: string;
  readonly cause: string;
}

export interface EngineReader {
  /** One exact read, not through visibility. */
  readClose(runId: string): Promise<CloseAnswer>;
  /** Long poll: answers as soon as the run has closed (following continue-as-new), `open` when `timeoutMs` is over or `signal` aborts. */
  awaitClose(runId: string, timeoutMs: number, signal: AbortSignal): Promise<CloseAnswer>;
  /** All executions of the chain that are still kept, oldest first. */
  histories(runId: string): Promise<readonly ExecutionHistory[]>;
  listOpen(pageSize: number, next?: Uint8Array): Promise<OpenRunPage>;
  /** P11: open runs whose workflow task fails again and again. */
  listProblems(limit: number): Promise<readonly ProblemRun[]>;
}

/**
 * Rebuilds what an execution told its sink, by replaying its history (P4). Throws when the history does not fit the code.
 */
export type ReplayJournal = (history: temporal.api.history.v1.IHistory, workflowId: string) => Promise<readonly JournalEntry[]>;
