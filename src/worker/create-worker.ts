import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/contract';
import { TASK_QUEUE, type JournalSinkCall } from '../workflows/contract';
import { measuredActivities } from './measured-activities';
import { withReferences } from './converter';
import type { ArtifactReader } from './reference-codec';

export type WorkflowBundle = { readonly code: string } | { readonly codePath: string };

/** Receives a run's journal; the promise is awaited before the workflow task completes (P3). */
export type JournalSink = (
  call: JournalSinkCall,
  execution: { readonly temporalRunId: string; readonly historyLength: number; readonly runStartMs: number },
) => void | Promise<void>;

export interface WorkerDeps {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue?: string;
  readonly bundle: WorkflowBundle;
  readonly activities: Activities;
  /** Where what travels as a reference lies (X8). */
  readonly artifacts: ArtifactReader;
  /** How payloads are written; plain by default. Clients have the same. */
  readonly converter?: DataConverter;
  readonly journal: JournalSink;
  /** Cached runs (F2: 247–287 KB each while waiting). */
  readonly maxCachedWorkflows?: number;
}

export const journalSinks = (journal: JournalSink, callDuringReplay: boolean) => ({
  journal: {
    write: {
      fn: (info: WorkflowInfo, call: JournalSinkCall): void | Promise<void> =>
        journal(call, { temporalRunId: info.runId, historyLength: info.historyLength, runStartMs: info.runStartTime.getTime() }),
      callDuringReplay,
    },
  },
});

/** One worker for workflows and activities. At most 16 runs are inside local activities (X3). */
export const createWorker = (deps: WorkerDeps): Promise<Worker> =>
  Worker.create({
    connection: deps.connection,
    namespace: deps.namespace,
    taskQueue: deps.taskQueue ?? TASK_QUEUE,
    workflowBundle: deps.bundle,
    activities: { ...measuredActivities(deps.activities) },
    sinks: journalSinks(deps.journal, false),
    dataConverter: withReferences(deps.artifacts, deps.converter),
    maxCachedWorkflows: deps.maxCachedWorkflows ?? 500,
    maxConcurrentLocalActivityExecutions: 16,
    maxConcurrentActivityTaskExecutions: 100,
    maxConcurrentWorkflowTaskExecutions: 40,
    // A task on a dead worker's sticky queue goes to another one after this time.
    stickyQueueScheduleToStartTimeout: '2s',
    // Attempts without a heartbeat limit hear of their cancellation by heartbeats too.
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '5s',
  });
