import type { Failure } from './failure';
import type { Json } from './json';
import type { Value } from './value';
import type { LogLevel, NodeState, RunState } from './words';

/**
 * One event of a run's journal. `seq` is 1,2,3… without a gap, given by the workflow alone; `at` is epoch ms.
 * `message`, `level` make it a log line. Types: run.started · run.state · run.held · run.released · run.cancelling ·
 * run.ended · node.started · node.retry · node.waiting · node.ended · join.fired · join.absorbed · event.received ·
 * approval.decided · approval.reminded · approval.escalated · approval.delegated · approval.withdrawn ·
 * log · compensation.started.
 */
export interface JournalEntry {
  readonly seq: number;
  readonly at: number;
  readonly type: JournalType;
  readonly level: LogLevel;
  readonly message: string;
  /** Path of the node run (`each[3]/charge#2`); `node` its static path (`each/charge`). */
  readonly path?: string;
  readonly node?: string;
  readonly nodeType?: string;
  readonly nodeName?: string;
  readonly nodeRunId?: string;
  readonly attempt?: number;
  readonly maxAttempts?: number;
  /**
   * node.* only: how many node runs this place has had, and when this one started. They make each entry tell all of a
   * node's summary, so that the last entry of a place wins and no reader needs the earlier ones.
   */
  readonly runs?: number;
  readonly startedAt?: number;
  /** State of the node (node.*) or of the run (run.*) after this event. */
  readonly state?: NodeState | RunState;
  readonly action?: string;
  readonly input?: Json;
  readonly output?: Value;
  readonly failure?: Failure;
  /** What the run waits for after this event (run.state only), e.g. `event:payment`, `timer`. */
  readonly waitingFor?: readonly string[];
  readonly data?: Json;
}

export const JOURNAL_TYPES = [
  'run.started',
  'run.state',
  'run.held',
  'run.released',
  'run.cancelling',
  'run.ended',
  'node.started',
  'node.retry',
  'node.waiting',
  'node.ended',
  'join.fired',
  'join.absorbed',
  'event.received',
  'approval.decided',
  'approval.reminded',
  'approval.escalated',
  'approval.delegated',
  'approval.withdrawn',
  'log',
  'compensation.started',
] as const;
export type JournalType = (typeof JOURNAL_TYPES)[number];

/** Which execution of the workflow task wrote an entry; a larger one (text order) is newer (P1). */
export type Epoch = string;
/** `runStartMs` of the Temporal execution, its history length, and its run id: fixed width, so that text order is age. */
export const toEpoch = (runStartMs: number, historyLength: number, temporalRunId: string): Epoch =>
  `${String(runStartMs).padStart(14, '0')}-${String(historyLength).padStart(6, '0')}-${temporalRunId.slice(0, 8)}`;

/** Live state of one node (by static path), as the query `nodeState` and the run head give it. */
export interface NodeSummary {
  readonly state: NodeState;
  readonly type: string;
  readonly name?: string;
  /** Path and id of the newest node run. */
  readonly path: string;
  readonly nodeRunId: string;
  readonly runs: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly action?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Node counts of a run, kept by the workflow and carried by its result. */
export interface RunCounts {
  readonly nodeRuns: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly filtered: number;
  readonly cancelled: number;
}
