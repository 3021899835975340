/** What activities take and give. Names and shapes are stored in histories. */
import type {
  ApprovalChange,
  ApprovalNotice,
  ApprovalRequest,
  ApprovalTimes,
  ArtifactRef,
  CallCommand,
  CallRequest,
  EvaluationScope,
  Failure,
  Json,
  JsonPath,
  LogLevel,
  Plan,
  RunEvent,
  RunFacts,
  RunMemory,
  SlotRequest,
  Value,
} from '../flow';

/**
 * Params of a call come resolved by the workflow, or as source with the values it needs when an expression reads a claim
 * beyond its known parts (X6) or mentions a secret (X14).
 */
export type { CallParams, EvaluationScope } from '../flow';

export type { CallContext, CallRequest as CallInput } from '../flow';

export interface CallOutput {
  readonly output: Value;
  /** The action; absent = `default`. */
  readonly action?: string;
  /** Line for the run's log, e.g. `HTTP request successful` {status_code, url}. */
  readonly log?: { readonly level: LogLevel; readonly message: string; readonly data?: Json };
}

export { NODE_FAILURE } from '../flow';

/** The activities of a worker. `call` is the one door of node types; the others serve the engine. */
export interface Activities {
  call(input: CallRequest): Promise<CallOutput>;
  /** The local calls of a run, and what follows on them as far as that is local too. Local. */
  runAhead(input: RunAheadInput): Promise<RunAheadOutput>;
  /** Resolves a template in an activity because it needs claims (X6). Local. `select`: take this page of a list result. */
  evaluate(input: EvaluateInput): Promise<EvaluateOutput>;
  /** Stores a value as an artifact and returns the claim (X5). Local; idempotent by key. */
  offload(input: {
    readonly workspace: string;
    readonly runId: string;
    readonly key: string;
    readonly value: Json;
    readonly reads: readonly JsonPath[];
  }): Promise<Value>;
  /** Reads a page of a list behind a claim or inline value. Local. */
  readItems(input: {
    readonly workspace: string;
    readonly ref: ArtifactRef;
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly items: Json[]; readonly total: number }>;
  /** P8: inserts the row of the inbox and answers when what is due. Local; idempotent by the row's id. */
  openApproval(input: OpenApprovalInput): Promise<ApprovalTimes>;
  /** An older change does nothing. */
  recordApproval(change: ApprovalChange): Promise<void>;
  /** Tells approvers by e-mail or webhook, as the flow says. */
  notifyApproval(input: NotifyApprovalInput): Promise<void>;
  /** A slot of the flow's limit, or a place in its queue. Local; idempotent by run. */
  takeSlot(request: SlotRequest): Promise<SlotOutput>;
  /** Gives back slot and place; answers the runs that may look for a slot now. Local; idempotent. */
  leaveSlot(request: SlotRequest): Promise<{ readonly next: readonly string[] }>;
  loadPlan(input: { readonly workspace: string; readonly flowId: string; readonly version: number }): Promise<Plan>;
  /** S3: resolve version, check enabled and input, insert the row. Local; idempotent by run id. */
  admit(input: AdmitInput): Promise<AdmitOutput>;
  /** X8. Local, so that no history holds the state; the next execution gets it by the codec of its worker. */
  saveCheckpoint(input: {
    readonly workspace: string;
    readonly runId: string;
    readonly key: string;
    readonly state: Json;
  }): Promise<ArtifactRef>;
}

/** `cancel`: older runs that give way to this one. */
export type SlotOutput =
  | { readonly kind: 'taken' }
  | { readonly kind: 'queued'; readonly cancel: readonly string[] }
  | { readonly kind: 'denied'; readonly failure: Failure };

export interface OpenApprovalInput {
  readonly facts: RunFacts;
  readonly path: string;
  readonly nodeRunId: string;
  readonly attempt: number;
  readonly approval: ApprovalRequest;
}
export interface NotifyApprovalInput {
  readonly facts: RunFacts;
  readonly path: string;
  readonly notice: ApprovalNotice;
}

export interface RunAheadInput {
  readonly facts: RunFacts;
  /** All `mode: local`. */
  readonly calls: readonly CallCommand[];
  /** Time of the run when they go out, epoch ms. */
  readonly startedAt: number;
  /** The run that asked for them; absent when what follows cannot be foreseen. */
  readonly run?: { readonly plan: Plan; readonly memory: RunMemory };
}
/** The outcome of an attempt, `tookMs` after the start. */
export interface AheadStep {
  readonly path: string;
  readonly attempt: number;
  readonly event: RunEvent;
  readonly tookMs: number;
  /** Of a call that was foreseen: it stands for its params. */
  readonly stamp?: string;
}
export interface RunAheadOutput {
  /** In the order in which they came. A call that is not among them was not made. */
  readonly steps: readonly AheadStep[];
}

/** W5: local work says how long it took; a workflow cannot measure it. Histories from before have no such member. */
export type Measured<T> = T & { readonly tookMs?: number };
type MeasuredName = 'evaluate' | 'offload' | 'readItems' | 'openApproval';
/** The activities as a worker offers them. */
export type MeasuredActivities = Omit<Activities, MeasuredName> & {
  readonly [K in MeasuredName]: (...input: Parameters<Activities[K]>) => Promise<Measured<Awaited<ReturnType<Activities[K]>>>>;
};

export interface EvaluateInput {
  readonly workspace: string;
  readonly runId: string;
  readonly path: string;
  /** `template`: resolve as template; `expression`: bare CEL source. */
  readonly kind: 'template' | 'expression';
  readonly source: Json;
  readonly scope: EvaluationScope;
  readonly reads: readonly JsonPath[];
}
export type EvaluateOutput = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

export interface AdmitInput {
  readonly runId: string;
  readonly workspace: string;
  /** Flow id, or a flow name of the workspace. */
  readonly flow: string;
  readonly version?: number;
  readonly input: Value;
  readonly parent?: { readonly runId: string; readonly path: string };
  readonly schedule?: string;
}
export type AdmitOutput =
  | { readonly admitted: true; readonly flowId: string; readonly flowName: string; readonly version: number; readonly plan: Plan }
  | {
      readonly admitted: false;
      readonly flowId: string;
      readonly flowName: string;
      readonly version: number;
      readonly state: 'SKIP' | 'FAIL';
      readonly failure: Failure;
    };
