import { sha256Hex } from '../hash';
import { idempotencyKeyOf, operationIdOf } from '../ids';
import type { CallName, OutputMap } from '../plan';
import type { JsonPath } from '../value';
import type { CallParams, Command } from './command';
import type { RunFacts } from './state';

/** Facts about the node run that an activity works for. */
export interface CallContext {
  readonly workspace: string;
  readonly runId: string;
  readonly flowId: string;
  /** Of the flow; whose secrets the run uses follows from it (X14). Histories from before it have none. */
  readonly version?: number;
  readonly path: string;
  readonly nodeRunId: string;
  readonly attempt: number;
  /** Stable over the retries of one node run (X2); sent as `Idempotency-Key`. */
  readonly idempotencyKey: string;
  /** De-duplicates one attempt's write (X1). */
  readonly operationId: string;
}

/** What an activity is sent of one attempt: the resolved params, never the whole run. */
export interface CallRequest {
  readonly activity: CallName;
  readonly context: CallContext;
  readonly params: CallParams;
  /** Paths of the output to return beside a claim (X6). */
  readonly reads: readonly JsonPath[];
  /** The members that the output is to have; absent: as the call gives it. */
  readonly output?: OutputMap;
  /** Limit of this attempt, ms. */
  readonly timeoutMs: number;
}

export type CallCommand = Extract<Command, { type: 'call' }>;

export const toCallRequest = (facts: RunFacts, command: CallCommand): CallRequest => ({
  activity: command.activity,
  context: {
    workspace: facts.workspace,
    runId: facts.runId,
    flowId: facts.flowId,
    version: facts.version,
    path: command.path,
    nodeRunId: command.nodeRunId,
    attempt: command.attempt,
    idempotencyKey: idempotencyKeyOf(facts.runId, command.path),
    operationId: operationIdOf(facts.runId, command.path, command.attempt),
  },
  params: command.params,
  reads: command.reads,
  ...(command.output === undefined ? {} : { output: command.output }),
  timeoutMs: command.timeoutMs,
});

/** Tells two calls of one attempt apart: the same params have the same stamp. */
export const stampOf = ({ activity, params }: CallCommand): string => sha256Hex(JSON.stringify([activity, params])).slice(0, 16);
