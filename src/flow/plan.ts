import type { ApprovalOperation } from './approval';
import type { ConcurrencyPlan } from './concurrency';
import type { Json } from './json';
import type { JsonPath } from './value';
import type { ExecutionClass } from './words';

/**
 * The plan: what every definition form compiles to, and all that the interpreter knows. JSON, so that it travels in
 * the workflow's start. Node *types* are lowered to a few *operations*; strings in params stay templates
 * (`{{ … }}`), resolved when the node runs. Durations are in milliseconds.
 */
export interface Plan {
  /** Behaviour version of the interpreter (X13): changes of behaviour switch on it, never on `patched()`. */
  readonly engine: 1;
  readonly flow: { readonly name: string; readonly version: string };
  readonly root: FramePlan;
  /** Runs after success, failure and cancel. */
  readonly finally?: FramePlan;
  /** Template of the run's output; without it the output of the last node that ended. */
  readonly output?: Json;
  /** Constants of the definition, root `vars` in expressions. */
  readonly vars?: Json;
  /** Names of the secrets without which a run cannot do all of it (X14), ascending. */
  readonly secrets?: readonly string[];
  readonly concurrency?: ConcurrencyPlan;
  /** Deadline of the run, from its start or its `runAt`; the time in a queue counts. */
  readonly timeoutMs: number;
}

/** A graph of nodes executed in one scope: the root, a loop body, a branch, a group. */
export interface FramePlan {
  readonly nodes: Readonly<Record<string, NodePlan>>;
  readonly start: readonly string[];
}

export type JoinMode = 'all' | 'any' | number;

export interface CatchRule {
  /** Failure codes, HTTP statuses as text (`404`, `5xx`) or `*`. */
  readonly errors: readonly string[];
  readonly next: readonly string[];
}

export interface RetryPolicy {
  /** Total tries, 1 = no retry. */
  readonly maxAttempts: number;
  readonly kind: 'fixed' | 'linear' | 'exponential';
  readonly delayMs: number;
  /** Factor of `exponential` (default 2). */
  readonly backoff: number;
  readonly maxDelayMs: number;
  /** 0..1: the delay is multiplied by a deterministic factor in [1-jitter, 1+jitter]. */
  readonly jitter: number;
  /** No new attempt starts later than this after the first one started. */
  readonly maxTimeMs?: number;
  /** Only these codes/statuses are retried (same spelling as CatchRule.errors); absent = all retryable failures. */
  readonly on?: readonly string[];
  /** These codes/statuses are never retried. */
  readonly notOn?: readonly string[];
}

export interface NodePlan {
  readonly id: string;
  /** The authoring type, e.g. `http.request`; for people and journals only. */
  readonly type: string;
  readonly name?: string;
  readonly op: Operation;
  readonly execution: ExecutionClass;
  /** action → node ids (`END` ends the branch). */
  readonly next: Readonly<Record<string, readonly string[]>>;
  /** Data-flow form (J6): starts when all of these settled well. Exclusive with incoming `next` edges. */
  readonly needs?: readonly string[];
  /** With `needs`: a failure that `onError: continue` or a catch rule took counts as an end, too. */
  readonly afterFailure?: true;
  readonly join?: JoinMode;
  readonly cancelLosers?: boolean;
  /** Starts no earlier than this after it became ready. While nothing else can move, the run is DEFERRED. */
  readonly deferMs?: number;
  /** Expression source; true → it runs, else FILTERED. A text is the reason. */
  readonly when?: string;
  readonly retry?: RetryPolicy;
  /** Limit of one attempt. */
  readonly attemptTimeoutMs?: number;
  /** Limit of the whole node run, retries included (for blocks: of the block). */
  readonly timeoutMs?: number;
  readonly onError: 'fail' | 'continue' | 'skip';
  readonly catch: readonly CatchRule[];
  /** Undo of this node: a call that runs in reverse order of completion when the run fails or is cancelled. */
  readonly compensate?: NodePlan;
  /** Paths of this node's output that expressions elsewhere in the flow read (X6). */
  readonly reads?: readonly JsonPath[];
  /** Expressions read its state (`states.<id>`). */
  readonly tellsState?: true;
}

/** Names of a contract → where the value lies in the output of the operation; `.` is the whole of it. */
export type OutputMap = Readonly<Record<string, string>>;

/** Activities that nodes can call; names are a stored contract. */
export type CallName = 'httpRequest' | 'webhook' | 'emailSend' | 'store' | 'script' | 'jsonata';

export type Operation =
  /** Computes in the workflow: transform, condition, router, switch, log. */
  | ValueOperation
  /** A side effect. `params` is a template; the activity gets it resolved. */
  | {
      readonly kind: 'call';
      readonly activity: CallName;
      readonly params: Json;
      readonly rawParams?: readonly string[];
      readonly output?: OutputMap;
    }
  /** Params hold duration text or a template of one, e.g. `5s`, `{{ input.wait }}`; a number is milliseconds, a number that a template gives is seconds. */
  | { readonly kind: 'delay'; readonly duration: Json }
  | { readonly kind: 'waitUntil'; readonly until: Json }
  | { readonly kind: 'waitEvent'; readonly event: string; readonly key?: Json; readonly timeout?: Json }
  | {
      readonly kind: 'waitCondition';
      readonly if: string;
      readonly intervalMs: number;
      readonly maxAttempts: number;
      readonly timeout?: Json;
    }
  | ApprovalOperation
  | LoopOperation
  | {
      readonly kind: 'parallel';
      readonly branches: Readonly<Record<string, FramePlan>>;
      readonly concurrency?: number;
      readonly tolerate: number;
    }
  | { readonly kind: 'group'; readonly body: FramePlan; readonly finally?: FramePlan }
  /** A sub-flow = child run. `detach` answers {runId} at once. */
  | {
      readonly kind: 'flow';
      readonly flow: Json;
      readonly version?: Json;
      readonly input: Json;
      readonly mode: 'wait' | 'detach';
      /** Of {state, runId, output}; without it the output is that of the child, and {runId} of a detached one. */
      readonly output?: OutputMap;
    }
  | { readonly kind: 'succeed'; readonly state: 'DONE' | 'SKIP'; readonly output?: Json }
  | { readonly kind: 'fail'; readonly code: Json; readonly message: Json };

export interface ValueOperation {
  readonly kind: 'value';
  /** Template of the output; absent = the previous node's output is passed on. */
  readonly output?: Json;
  readonly route?: Route;
  /** A line for the run's log. */
  readonly log?: { readonly level: Json; readonly message: Json; readonly data?: Json };
}

/** How a value operation chooses its action. */
export type Route =
  /** First rule whose expression is true, else `otherwise`. `all` answers every true one (router mode all). */
  | {
      readonly kind: 'rules';
      readonly rules: readonly { readonly if: string; readonly action: string }[];
      readonly otherwise: string;
      readonly all?: boolean;
    }
  /** Boolean expression: action `true` or `false`. */
  | { readonly kind: 'boolean'; readonly if: string }
  /** The expression's value as text, if it is one of `cases`, else `default`. */
  | {
      readonly kind: 'switch';
      readonly on: string;
      readonly cases: Readonly<Record<string, string>>;
      readonly otherwise: string;
    };

export interface LoopOperation {
  readonly kind: 'loop';
  /** Template of the items (a list), or absent for while/until. */
  readonly items?: Json;
  /** Checked before each iteration. */
  readonly while?: string;
  /** Checked after each iteration. */
  readonly until?: string;
  readonly as: string;
  readonly concurrency: number;
  /** How many iterations may fail before the loop fails. */
  readonly tolerate: number;
  readonly maxIterations: number;
  readonly maxTimeMs?: number;
  readonly body: FramePlan;
}
