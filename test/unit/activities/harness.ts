import {
  createActivities,
  createSandbox,
  type Activities,
  type ActivityDeps,
  type ActivityRuntime,
} from '../../../src/activities';
import type { CallInput, CallOutput } from '../../../src/activities/contract';
import { createOutbound } from '../../../src/egress';
import { inline, type CallName, type Failure, type Json, type JsonObject, type Value } from '../../../src/flow';
import { checkInput } from '../../../src/language';
import { createMemoryArtifactStore, createMemoryStores } from '../../../src/store/memory';
import { createRecordingLogger } from '../../support/recording-logger';

export const NOW = Date.UTC(2026, 10, 24, 12);
export const RUN = { workspace: 'ws_1', runId: 'run_1' } as const;

export interface Harness {
  readonly activities: Activities;
  readonly deps: ActivityDeps;
  readonly lines: ReturnType<typeof createRecordingLogger>['lines'];
  readonly cancel: AbortController;
  beats(): number;
  close(): Promise<void>;
}

/** Activities over memory stores, with a runtime that the test drives. */
export const createHarness = (change: Partial<ActivityDeps> & { readonly allow?: readonly string[] } = {}): Harness => {
  const { logger, lines } = createRecordingLogger();
  const cancel = new AbortController();
  let beats = 0;
  const runtime: ActivityRuntime = {
    signal: cancel.signal,
    heartbeat: () => void (beats += 1),
    scheduledAtMs: NOW,
  };
  const { allow = ['127.0.0.1'], ...deps } = change;
  const outbound = createOutbound({ allow });
  const sandbox = createSandbox({ threads: 2 });
  const all: ActivityDeps = {
    stores: createMemoryStores(),
    artifacts: createMemoryArtifactStore(),
    outbound,
    sandbox,
    logger,
    now: () => NOW,
    checkInput,
    runtime: () => runtime,
    ...deps,
  };
  return {
    activities: createActivities(all),
    deps: all,
    lines,
    cancel,
    beats: () => beats,
    async close() {
      await Promise.all([outbound.close(), sandbox.close()]);
    },
  };
};

export const toCall = (
  activity: CallName,
  params: JsonObject,
  change: Partial<CallInput> & { attempt?: number } = {},
): CallInput => {
  const { attempt = 1, ...rest } = change;
  return {
    activity,
    context: {
      ...RUN,
      flowId: 'flow_1',
      path: 'node',
      nodeRunId: 'nrun_1',
      attempt,
      idempotencyKey: 'idem_1',
      operationId: `op_${attempt}`,
    },
    params: { kind: 'resolved', value: params },
    reads: [],
    timeoutMs: 5_000,
    ...rest,
  };
};

export const inlineOf = (value: Value | undefined): Json => {
  if (value?.kind !== 'inline') throw new Error(`Not inline: ${JSON.stringify(value)}`);
  return value.value;
};
/** The inline output of a call that must succeed. */
export const outputOf = async (call: Promise<CallOutput>): Promise<Json> => inlineOf((await call).output);

interface Thrown {
  readonly type: string;
  readonly nonRetryable: boolean;
  readonly details: readonly Failure[];
}
/** The failure of a call that must fail as a NodeFailure. */
export const failureOf = async (call: Promise<unknown>): Promise<Failure> => {
  const error = (await call.then(
    (value) => Promise.reject(new Error(`Did not fail: ${JSON.stringify(value)}`)),
    (reason: unknown) => reason,
  )) as Thrown;
  expect(error).toMatchObject({ type: 'NodeFailure', nonRetryable: true });
  const [failure] = error.details;
  if (failure === undefined) throw new Error('No failure in the details');
  return failure;
};

export const inlineScope = (values: JsonObject, nodes: Readonly<Record<string, Value>> = {}) => ({
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inline(value)])),
  nodes,
  nowMs: NOW,
  uuidSeed: 'run_1|node|0',
});
