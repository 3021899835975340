/**
 * The memory of a run. JSON, so that a checkpoint is a plain copy (X8). It is mutable and owned by one driver:
 * `transition` (see transition.ts) is the pure form.
 */
import type { ApprovalChange, ApprovalDecision } from '../approval';
import type { Failure } from '../failure';
import type { NodeSummary, RunCounts } from '../journal';
import type { Json } from '../json';
import type { ArtifactRef, Value } from '../value';
import type { CallParams } from './command';
import type { NodeState, TerminalNodeState, TerminalRunState } from '../words';

export interface RunFacts {
  readonly runId: string;
  readonly workspace: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly version: number;
}

/** How the main part of a run ended, kept while compensation and `finally` run. */
export interface Outcome {
  state: TerminalRunState;
  failure?: Failure;
  output?: Value;
}

/** Why a frame takes no more tokens. */
export type StopReason =
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'ended'; readonly state: 'DONE' | 'SKIP'; readonly output: Value };

export interface JoinState {
  readonly join: string;
  readonly openerVisit: number;
  /** Producers whose token arrived. */
  edges: string[];
  lineage: Record<string, number>;
}

export interface FrameState {
  readonly path: string;
  /** Static path: where its FramePlan lies in the plan. */
  readonly site: string;
  /** Path of the block node run that owns it; absent for root, finally and compensation. */
  readonly owner?: string;
  /** The lexically enclosing frame: where names are looked up next. */
  readonly parent?: string;
  readonly locals: Record<string, Json>;
  visits: Record<string, number>;
  outputs: Record<string, Value>;
  /** How nodes ended whose state expressions read. */
  states?: Record<string, TerminalNodeState>;
  /** Joins that hold a token and have not fired. */
  joins: Record<string, JoinState>;
  /** Instances that have fired: they absorb later tokens (J2). Apart from the others, so that no check walks through them. */
  fired?: Record<string, true>;
  /** Paths of node runs, oldest first; `settled` of them have ended already and are taken out now and then. */
  live: string[];
  settled?: number;
  /** Output of the node that ended last. */
  last?: Value;
  error?: Failure;
  stop?: StopReason;
  ended?: true;
}

export interface Wake {
  readonly kind: 'defer' | 'retry' | 'delay' | 'timeout' | 'poll' | 'approval';
  readonly at: number;
}

export interface LoopMemory {
  readonly kind: 'loop';
  /** Items in memory, from index `base` on; all of them when `claim` is absent. */
  items: Json[];
  base: number;
  total?: number;
  claim?: ArtifactRef;
  next: number;
  active: number;
  failed: number;
  outputs: Value[];
  /** Bytes of `outputs` (X5). */
  bytes?: number;
  /** Frames of ended iterations whose `until` is not answered yet. */
  judging?: string[];
  deadline?: number;
  stopping?: true;
}
export interface BranchesMemory {
  readonly kind: 'branches';
  waiting: string[];
  active: number;
  failed: number;
  outputs: Record<string, Value>;
}
export interface GroupMemory {
  readonly kind: 'group';
  result?: { readonly stop?: StopReason; readonly last?: Value };
}
export type BlockMemory = LoopMemory | BranchesMemory | GroupMemory;

export type Stopping =
  { readonly kind: 'cancelled' } | { readonly kind: 'failed'; readonly failure: Failure; readonly final?: true };

/** An approval of an unsettled node run. */
export interface ApprovalMemory {
  readonly id: string;
  readonly title: string;
  readonly message?: string;
  approvers: string[];
  readonly required: number;
  readonly notify?: CallParams;
  decisions: ApprovalDecision[];
  /** Accounts that handed it over. */
  away?: string[];
  /** The action that its deadline answers. */
  readonly onTimeout: string;
  /** Its row is in the inbox and its times are known. */
  opened?: true;
  dueAt?: number;
  /** Reminders to come, ascending. */
  remindAt: number[];
  escalateAt?: number;
  readonly escalateTo?: string[];
  /** Of its row. */
  rev: number;
  /** What it came to; the node ends with it when the run is not held. */
  outcome?: { readonly decision: string; readonly how: 'people' | 'deadline' | 'withdrawal' };
}

/** An unsettled node run. */
export interface NodeRun {
  readonly path: string;
  readonly site: string;
  readonly frame: string;
  readonly id: string;
  readonly visit: number;
  readonly nodeRunId: string;
  readonly lineage: Record<string, number>;
  state: Extract<NodeState, 'READY' | 'RUN' | 'RETRY' | 'WAIT'>;
  attempt: number;
  startedAt?: number;
  attemptStartedAt?: number;
  /** Its time to be deferred has begun, and is over when `wake` is gone. */
  deferred?: true;
  /** `when` was true. */
  admitted?: true;
  /** What of this node run happens outside the workflow right now. */
  busy?: 'local' | 'activity' | 'evaluate' | 'child' | 'opening';
  /** A local attempt took too long: this node runs as a regular activity (X3). */
  slow?: true;
  wake?: Wake;
  /** Deadline of the node run, retries included. */
  limit?: number;
  /** Deadline of the attempt of a block or sub-flow; a call's is its activity's. */
  attemptLimit?: number;
  /** Deadline of a wait for a condition. */
  waitLimit?: number;
  /** Being stopped: what to do when the attempt has ended. `final`: no retry. */
  stopping?: Stopping;
  /** On the ready list again, to go on after an evaluation, a poll or an ended iteration. */
  queued?: true;
  /** That it is ready has been journalled. */
  told?: true;
  /** Results of evaluations done in an activity, by purpose (X6). */
  evaluated?: Record<string, Value>;
  /** Calls of uuid() so far in this node run (X2). */
  uuids: number;
  event?: { readonly name: string; readonly key?: string };
  polls?: number;
  approval?: ApprovalMemory;
  block?: BlockMemory;
  childRunId?: string;
}

export interface DeliveredEvent {
  readonly name: string;
  readonly key?: string;
  readonly data: Json;
  readonly at: number;
}

/** A completed node that has an undo, with the values its undo reads. */
export interface Undo {
  readonly path: string;
  readonly site: string;
  readonly nodes: Record<string, Value>;
  readonly locals: Record<string, Json>;
}

/** A run's way to a slot of its flow. */
export interface SlotMemory {
  state: 'out' | 'asked' | 'queued' | 'taken';
  /** Its place in the queue: epoch ms. */
  readonly since: number;
  readonly tries: number;
  /** When a queued run looks again although nobody woke it. */
  readonly lookAt?: number;
}

export type Phase = 'main' | 'output' | 'compensate' | 'finally' | 'ended';

export interface RunMemory {
  readonly facts: RunFacts;
  readonly startedAt: number;
  readonly input: Value;
  phase: Phase;
  seq: number;
  deadline: number;
  frames: Record<string, FrameState>;
  runs: Record<string, NodeRun>;
  /** Paths of node runs that may start or go on, oldest first. Those that have ended meanwhile are passed over. */
  ready: string[];
  summaries: Record<string, NodeSummary>;
  counts: { -readonly [K in keyof RunCounts]: RunCounts[K] };
  held?: { readonly at: number; readonly by?: string };
  /** S4: nothing starts before (epoch ms); gone when it has passed. */
  notBefore?: number;
  slot?: SlotMemory;
  cancelling?: { readonly at: number; readonly by?: string; readonly reason?: string };
  early: DeliveredEvent[];
  /** Bytes of their data (X5). */
  earlyBytes: number;
  /** Ids of deliveries already taken, newest last, bounded. */
  seenEvents: string[];
  /** Approvals that ended lately, newest last, bounded: a late answer is told the winning one. */
  closedApprovals?: ApprovalChange[];
  undo: Undo[];
  outcome?: Outcome;
  /** A request for the run itself is under way (output evaluation or offload). */
  busy?: true;
  /** Node runs of the main part, known when it is over: undo and `finally` have an allowance of their own. */
  mainRuns?: number;
  /** Offloads under way, `<frame>|<node>` (X5). */
  offloading: string[];
  /** Bytes of inline values held in frames and for undo (X5). */
  heldBytes: number;
  /** `heldBytes` when nothing held was large enough to leave. */
  crowded?: number;
  /** Shown state and waiting set as last journalled. */
  shown: string;
  lastNode?: string;
}
