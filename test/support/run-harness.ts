import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import type { Activities, CallInput, CallOutput } from '../../src/activities/contract';
import { inline, NODE_FAILURE, type Failure, type JournalEntry, type Json, type Plan } from '../../src/flow';
import type { Logger } from '../../src/logger';
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
}): Promise<Harness> => {
  const { address, bundle, call = () => ({ output: inline(null) }), searchable = false } = options;
  count += 1;
  const taskQueue = `harness-${process.pid}-${count}-${Date.now()}`;
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection });
  const sinkCalls: JournalSinkCall[] = [];
  const calls: CallInput[] = [];
  const checkpoints = new Map<string, Json>();
  const journal: JournalSink = (sinkCall) => void sinkCalls.push(sinkCall);
  const unused = (): never => {
    throw new Error('not part of this harness');
  };
  const activities: Activities = {
    call: async (input) => {
      calls.push(input);
      return call(input);
    },
    evaluate: unused,
    offload: unused,
    readItems: unused,
    loadPlan: unused,
    admit: unused,
    saveCheckpoint: async ({ key, state }) => {
      checkpoints.set(key, state);
      return { store: 'test', key, size: 0, type: 'application/json', sha256: '' };
    },
    loadCheckpoint: async ({ ref }) => checkpoints.get(ref.key) ?? unused(),
  };
  const worker = await createWorker({ connection, namespace: 'default', taskQueue, bundle, activities, journal });
  const running = worker.run();
  return {
    client,
    worker,
    sinkCalls,
    calls,
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
