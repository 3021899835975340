import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import type { Activities, CallInput, CallOutput } from '../../src/activities/contract';
import { createSaveCheckpoint } from '../../src/activities/engine/checkpoints';
import { createEvaluate } from '../../src/activities/engine/evaluate';
import { createReadItems } from '../../src/activities/engine/items';
import { createRunAhead } from '../../src/activities/engine/run-ahead';
import { temporalRuntime } from '../../src/activities/temporal-runtime';
import { createValues } from '../../src/activities/values';
import { inline, NODE_FAILURE, type Failure, type JournalEntry, type Json, type Plan } from '../../src/flow';
import type { Logger } from '../../src/logger';
import { createMemoryArtifactStore } from '../../src/store/memory';
import type { ArtifactStore } from '../../src/store/ports';
import { installRuntime } from '../../src/worker/runtime';
import { createWorker, type JournalSink, type WorkflowBundle } from '../../src/worker/create-worker';
import { WORKFLOW_TYPE, type JournalSinkCall, type RunFlowArgs } from '../../src/workflows/contract';

export type FakeCall = (input: CallInput) => Promise<CallOutput> | CallOutput;

export const nodeFailure = (failure: Partial<Failure>): ApplicationFailure => {
  const detail: Failure = { code: 'boom', message: 'boom', retryable: false, nodePath: '', ...failure };
  return ApplicationFailure.create({ type: NODE_FAILURE, message: detail.message, nonRetryable: true, details: [detail] });
};

export interface Harness {
  readonly client: Client;
  readonly worker: Worker;
  readonly sinkCalls: JournalSinkCall[];
  readonly calls: CallInput[];
  readonly artifacts: ArtifactStore;
  journalOf(runId: string): JournalEntry[];
  start(plan: Plan, options?: { readonly input?: Json; readonly runId?: string }): Promise<WorkflowHandle>;
  /** Event types of the run's history, in order. */
  eventsOf(runId: string): Promise<string[]>;
  stop(): Promise<void>;
}

let count = 0;
/** Workers log to nowhere: what a test expects to fail is no news. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};
installRuntime(quiet);

/** A worker on a task queue of its own with a fake `call` activity: the workflow against the real server. */
export const createHarness = async (options: {
  readonly address: string;
  readonly bundle: WorkflowBundle;
  readonly call?: FakeCall;
  readonly searchable?: boolean;
  readonly artifacts?: ArtifactStore;
  /** The inbox. */
  readonly approvals?: Pick<Activities, 'openApproval' | 'recordApproval'>;
  /** Decides on runs that a parent starts. */
  readonly admit?: Activities['admit'];
  readonly slots?: Pick<Activities, 'takeSlot' | 'leaveSlot'>;
}): Promise<Harness> => {
  const { address, bundle, call = () => ({ output: inline(null) }), searchable = false } = options;
  const { artifacts = createMemoryArtifactStore() } = options;
  count += 1;
  const taskQueue = `harness-${process.pid}-${count}-${Date.now()}`;
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection });
  const sinkCalls: JournalSinkCall[] = [];
  const calls: CallInput[] = [];
  const values = createValues(artifacts, Date.now);
  const journal: JournalSink = (sinkCall) => void sinkCalls.push(sinkCall);
  const unused = (): never => {
    throw new Error('not part of this harness');
  };
  const called: Activities['call'] = async (input) => {
    calls.push(input);
    return call(input);
  };
  const activities: Activities = {
    call: called,
    runAhead: createRunAhead(() => called, temporalRuntime, Date.now),
    evaluate: createEvaluate(values),
    offload: ({ key, value, reads, ...owner }) => values.toClaim(owner, [key], value, reads),
    readItems: createReadItems(values),
    openApproval: options.approvals?.openApproval ?? unused,
    recordApproval: options.approvals?.recordApproval ?? unused,
    notifyApproval: async () => undefined,
    ...(options.slots ?? { takeSlot: unused, leaveSlot: unused }),
    loadPlan: unused,
    admit: options.admit ?? unused,
    saveCheckpoint: createSaveCheckpoint(values),
  };
  const worker = await createWorker({ connection, namespace: 'default', taskQueue, bundle, activities, artifacts, journal });
  const running = worker.run();
  return {
    client,
    worker,
    sinkCalls,
    calls,
    artifacts,
    journalOf: (runId) => sinkCalls.filter((sinkCall) => sinkCall.runId === runId).flatMap((sinkCall) => sinkCall.entries),
    start: (plan, { input = {}, runId = `run_${taskQueue}-${(count += 1)}` } = {}) => {
      const origin = { runId, workspace: 'ws', flowId: 'flow_1', flowName: plan.flow.name, version: 1 };
      const args: RunFlowArgs = { kind: 'start', origin, plan: { kind: 'inline', plan }, input: inline(input), searchable };
      return client.workflow.start(WORKFLOW_TYPE, {
        workflowId: runId,
        taskQueue,
        args: [args],
        workflowTaskTimeout: '2s',
        ...(searchable
          ? { typedSearchAttributes: [{ key: defineSearchAttributeKey('RepriseState', 'KEYWORD'), value: 'RUN' }] }
          : {}),
      });
    },
    eventsOf: async (runId) => {
      const history = await client.workflow.getHandle(runId).fetchHistory();
      return (history.events ?? []).map(
        (event) =>
          Object.keys(event)
            .find((key) => key.endsWith('EventAttributes'))
            ?.replace('EventAttributes', '') ?? String(event.eventType),
      );
    },
    stop: async () => {
      worker.shutdown();
      await running;
      await connection.close();
      await clientConnection.close();
    },
  };
};
