import type { ApprovalChange, ApprovalNotice, ApprovalRequest } from '../approval';
import type { ArtifactRef, JsonPath, Value } from '../value';
import type { Json, JsonObject } from '../json';
import type { ConcurrencyPlan } from '../concurrency';
import type { CallName, OutputMap } from '../plan';
import type { RunFacts } from './state';

/** Values an expression needs outside the workflow: roots, nodes, the frozen clock and the uuid seed. */
export interface EvaluationScope {
  readonly values: Readonly<Record<string, Value>>;
  readonly nodes: Readonly<Record<string, Value>>;
  readonly nowMs: number;
  readonly uuidSeed: string;
}
export type CallParams =
  | { readonly kind: 'resolved'; readonly value: Json }
  /** `raw` members hold code and are never templated; they are merged over the resolved ones. */
  | { readonly kind: 'source'; readonly template: Json; readonly raw: JsonObject; readonly scope: EvaluationScope };

/** Who wants a slot, since when, and how often it was refused. */
export interface SlotRequest {
  readonly facts: RunFacts;
  readonly input: Value;
  readonly concurrency: ConcurrencyPlan;
  /** Epoch ms. */
  readonly since: number;
  readonly tries: number;
}

/** What the interpreter asks of its driver. Data only; `path` is empty for requests of the run itself. */
export type Command =
  | {
      readonly type: 'call';
      readonly path: string;
      readonly nodeRunId: string;
      readonly attempt: number;
      readonly mode: 'local' | 'activity';
      readonly activity: CallName;
      readonly params: CallParams;
      readonly reads: readonly JsonPath[];
      readonly output?: OutputMap;
      readonly timeoutMs: number;
    }
  | {
      readonly type: 'evaluate';
      readonly path: string;
      readonly attempt: number;
      readonly purpose: string;
      readonly kind: 'template' | 'expression';
      readonly source: Json;
      readonly scope: EvaluationScope;
      readonly reads: readonly JsonPath[];
    }
  | {
      readonly type: 'offload';
      readonly path: string;
      readonly purpose: string;
      readonly value: Json;
      readonly reads: readonly JsonPath[];
    }
  | {
      readonly type: 'readItems';
      readonly path: string;
      readonly attempt: number;
      readonly ref: ArtifactRef;
      readonly offset: number;
      readonly limit: number;
    }
  | {
      readonly type: 'startChild';
      readonly path: string;
      readonly childRunId: string;
      readonly flow: string;
      readonly version?: number;
      readonly input: Value;
      readonly detach: boolean;
    }
  | { readonly type: 'signalChild'; readonly childRunId: string; readonly signal: 'cancel' | 'hold' | 'release' }
  /** P8: the row of the inbox, before the node waits. */
  | {
      readonly type: 'openApproval';
      readonly path: string;
      readonly nodeRunId: string;
      readonly attempt: number;
      readonly approval: ApprovalRequest;
    }
  /** Brings the row up to date; of several only the newest counts. */
  | { readonly type: 'recordApproval'; readonly path: string; readonly change: ApprovalChange }
  | { readonly type: 'tellApprovers'; readonly path: string; readonly notice: ApprovalNotice }
  | { readonly type: 'stopAttempt'; readonly path: string }
  | { readonly type: 'takeSlot'; readonly request: SlotRequest }
  /** Gives up the slot, or the place in the queue. */
  | { readonly type: 'leaveSlot'; readonly request: SlotRequest }
  /** The activation's cost is used up (X7): come back with a `time` event after a short timer. */
  | { readonly type: 'yield' };
