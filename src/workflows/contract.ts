/**
 * Names and payloads that Temporal stores: a contract with every history ever written. Plain data, flow types only.
 */
import type {
  ApprovalChange,
  ArtifactRef,
  Decision,
  Failure,
  JournalEntry,
  Json,
  NodeSummary,
  Plan,
  RunCounts,
  RunState,
  TerminalRunState,
  Value,
} from '../flow';

export const WORKFLOW_TYPE = 'runFlow';
export const TASK_QUEUE = 'reprise';

export const SEARCH_ATTRIBUTES = {
  RepriseFlow: 'KEYWORD',
  RepriseState: 'KEYWORD',
  RepriseSeq: 'INT',
  RepriseWorkspace: 'KEYWORD',
  RepriseWaitingFor: 'KEYWORD_LIST',
} as const;

/** How a run was asked for; `parent` when a sub-flow node started it. */
export interface RunOrigin {
  readonly runId: string;
  readonly workspace: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly version: number;
  readonly parent?: { readonly runId: string; readonly path: string };
}

/** The first argument of `runFlow`. */
export type RunFlowArgs =
  | {
      readonly kind: 'start';
      readonly origin: RunOrigin;
      /** Compiled plan and input: inline up to 64 KiB together, else claims loaded by the activity `loadStart`. */
      readonly plan:
        | { readonly kind: 'inline'; readonly plan: Plan }
        | { readonly kind: 'ref'; readonly flowId: string; readonly version: number };
      readonly input: Value;
      /** S4: nothing of the run starts before; epoch ms. */
      readonly notBefore?: number;
      /** Search attributes may be upserted (S5). */
      readonly searchable: boolean;
    }
  /** Started by a parent run (or a schedule): the local activity `admit` decides first (S3). */
  | {
      readonly kind: 'admit';
      /** Of a scheduled run only how its workflow id begins (S3). */
      readonly runId: string;
      readonly workspace: string;
      readonly flow: string;
      readonly version?: number;
      readonly input: Value;
      readonly parent?: { readonly runId: string; readonly path: string };
      /** The schedule that started it. */
      readonly schedule?: string;
      readonly searchable: boolean;
    }
  /** S2: the reconciler decided that an unkeyed start never ran. */
  | { readonly kind: 'refused'; readonly origin: RunOrigin; readonly searchable: boolean }
  /** Continue-as-new from a checkpoint (X8), the second argument. */
  | { readonly kind: 'resume'; readonly origin: RunOrigin; readonly searchable: boolean };

/** The workflow's result (X5: ≤ 64 KiB). The output itself is inline only when small. */
export interface RunResult {
  readonly state: TerminalRunState;
  readonly error?: Failure;
  readonly lastSeq: number;
  /** Epoch ms; of the first execution of a chain. */
  readonly startedAt?: number;
  readonly counts: RunCounts;
  readonly output?: Value;
}

/** `ApplicationFailure.type` of a run that ends FAIL; its first detail is the RunResult. A cancelled run ends Canceled with the RunResult as detail. */
export const RUN_FAILED = 'RunFailed';

export const SIGNALS = {
  hold: 'hold',
  release: 'release',
  cancel: 'cancel',
  deliverEvent: 'deliverEvent',
  decide: 'decide',
  delegate: 'delegate',
  withdraw: 'withdraw',
  childEnded: 'childEnded',
  slotFree: 'slotFree',
} as const;
export const UPDATES = {
  hold: 'holdRun',
  release: 'releaseRun',
  cancel: 'cancelRun',
  deliverEvent: 'deliverEventToRun',
  decide: 'decideApproval',
  delegate: 'delegateApproval',
  withdraw: 'withdrawApproval',
} as const;
export const QUERIES = { nodeState: 'nodeState', journal: 'journal', explain: 'explain' } as const;

export interface ActorInput {
  /** Account id, `operator` for the Temporal UI. */
  readonly by?: string;
  readonly reason?: string;
}
export interface DeliverEventInput {
  readonly name: string;
  readonly key?: string;
  readonly data: Json;
  readonly by?: string;
  /** De-duplication id of this delivery. */
  readonly id?: string;
}
/** Answer of every update: what the run looked like after it. */
export interface UpdateAnswer {
  readonly state: RunState;
  readonly seq: number;
  /** Of an approval that this changed: what its row becomes. */
  readonly approval?: ApprovalChange;
  /** deliverEvent: `delivered` to a wait, or `kept` for one that comes later. */
  readonly outcome?: 'delivered' | 'kept' | 'duplicate' | 'unchanged' | 'changed';
}
/** `path` of the node run and its `attempt`, who, and the names by which they may be an approver (absent: an operator). */
interface ApprovalActor {
  readonly path: string;
  readonly attempt: number;
  readonly by: string;
  readonly as: readonly string[];
}
export interface DecideInput extends ApprovalActor {
  readonly decision: Decision;
  readonly note?: string;
  readonly form?: Json;
}
export interface DelegateInput extends ApprovalActor {
  readonly to: string;
  readonly toAccount?: string;
}
export type WithdrawInput = Omit<ApprovalActor, 'as'> & { readonly note?: string };
export interface ChildEndedInput {
  readonly runId: string;
  readonly path: string;
  readonly result: RunResult;
}

/** `loading` while the plan comes by reference (X10): the caller falls back to the head. */
export type NodeStateAnswer =
  | { readonly loading: true }
  | {
      readonly loading: false;
      readonly state: RunState;
      readonly seq: number;
      readonly nodes: Readonly<Record<string, NodeSummary>>;
      readonly truncated: boolean;
    };
export interface JournalAnswer {
  readonly entries: readonly JournalEntry[];
  /** Seq of the last entry the run has written. */
  readonly lastSeq: number;
  /** Oldest seq that the ring still holds; earlier ones are only in the store. */
  readonly firstSeq: number;
}
export interface ExplainAnswer {
  readonly state: RunState;
  readonly waitingFor: readonly string[];
  readonly held: boolean;
  /** Per static node path: one sentence on why it is in its state. */
  readonly nodes: Readonly<Record<string, string>>;
}

/**
 * The sink `journal` (no history event). Called at most once an activation (P7). `park` asks for an awaited flush (P3);
 * `end` says that the last entry is run.ended.
 */
export interface JournalSinkCall {
  readonly runId: string;
  readonly workspace: string;
  readonly entries: readonly JournalEntry[];
  readonly park: boolean;
  readonly end: boolean;
}

const MEMBER = '$artifact';

/**
 * An argument that lies in the artifact store (X8): the history keeps the reference, the worker's codec puts the content in its
 * place. Only the engine makes such an argument; what flows and callers give is always inside another object.
 */
export interface ByReference {
  readonly [MEMBER]: ArtifactRef;
}

export const byReference = (ref: ArtifactRef): ByReference => ({ [MEMBER]: ref });

/** How the JSON text of such an argument begins. */
export const BY_REFERENCE_TEXT = `{"${MEMBER}":`;

export const referenceIn = (json: Json): ArtifactRef | undefined =>
  typeof json === 'object' && json !== null && MEMBER in json && Object.keys(json).length === 1
    ? (json as unknown as ByReference)[MEMBER]
    : undefined;
