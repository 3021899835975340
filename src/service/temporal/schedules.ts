import { ScheduleAlreadyRunning, ScheduleNotFoundError, type Client, type ScheduleOptions } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { inline, LIMITS, RepriseError } from '../../flow';
import type { Schedule } from '../../store/ports';
import { SEARCH_ATTRIBUTES, TASK_QUEUE, WORKFLOW_TYPE, type RunFlowArgs } from '../../workflows/contract';
import type { ScheduleEngine } from '../schedules/engine-port';
import type { Bounded } from './bounded';
import { grpcCodeOf } from './unavailable';

const INVALID_ARGUMENT = 3;
const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 365 * DAY_MS;
/** Temporal takes nothing shorter. */
const SHORTEST_WINDOW_MS = 10_000;

const OVERLAP = {
  skip: 'SKIP',
  bufferOne: 'BUFFER_ONE',
  bufferAll: 'BUFFER_ALL',
  cancelOther: 'CANCEL_OTHER',
  terminateOther: 'TERMINATE_OTHER',
  allowAll: 'ALLOW_ALL',
} as const;

export const createScheduleEngine = (
  client: Client,
  bounded: Bounded,
  { rpcMs, taskQueue = TASK_QUEUE }: { readonly rpcMs: number; readonly taskQueue?: string | undefined },
): ScheduleEngine => {
  const ask = async <T>(id: string, work: (handle: ReturnType<Client['schedule']['getHandle']>) => Promise<T>): Promise<T> => {
    try {
      return await bounded(rpcMs, () => work(client.schedule.getHandle(id)));
    } catch (error) {
      if (error instanceof ScheduleNotFoundError)
        throw new RepriseError('not_found', `Temporal has no schedule ${id}; save it again`, { cause: error });
      throw error;
    }
  };

  return {
    async put(schedule, { resting, searchable }) {
      const options = optionsOf(schedule, { taskQueue, searchable });
      const state = { paused: resting };
      try {
        await bounded(rpcMs, () => client.schedule.create({ ...options, scheduleId: schedule.id, state })).catch(
          (error: unknown) => {
            if (!(error instanceof ScheduleAlreadyRunning)) throw error;
            return ask(schedule.id, (handle) => handle.update(() => ({ ...options, state })));
          },
        );
      } catch (error) {
        if (grpcCodeOf(error) !== INVALID_ARGUMENT) throw error;
        throw new RepriseError('validation_error', 'Temporal refuses the times of the schedule: check `cron`', { cause: error });
      }
    },
    remove: (id) =>
      ask(id, (handle) => handle.delete()).catch((error: unknown) => {
        if (!(error instanceof RepriseError) || error.code !== 'not_found') throw error;
      }),
    trigger: (id) => ask(id, (handle) => handle.trigger()),
    backfill: (id, start, end) => ask(id, (handle) => handle.backfill({ start, end })),
    next: (id) => ask(id, async (handle) => (await handle.describe()).info.nextActionTimes),
  };
};

const optionsOf = (
  { id, workspace, flowId, when, timezone, jitterMs, overlap, catchUp, input }: Schedule,
  { taskQueue, searchable }: { readonly taskQueue: string; readonly searchable: boolean },
): Omit<ScheduleOptions, 'scheduleId'> => {
  const runId = id.replace(/^sched_/, 'run_');
  // S3: Temporal adds the time to the workflow id, and that is the id of the run.
  const args: RunFlowArgs = { kind: 'admit', runId, workspace, flow: flowId, input: inline(input), schedule: id, searchable };
  return {
    spec: {
      ...('cron' in when ? { cronExpressions: [when.cron] } : { intervals: [{ every: when.everyMs }] }),
      timezone,
      ...(jitterMs === 0 ? {} : { jitter: jitterMs }),
    },
    policies: { overlap: OVERLAP[overlap], catchupWindow: catchUp === 'skip' ? SHORTEST_WINDOW_MS : YEAR_MS },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_TYPE,
      workflowId: runId,
      taskQueue,
      args: [args],
      workflowTaskTimeout: '2s',
      workflowExecutionTimeout: LIMITS.runTimeoutMs + DAY_MS,
      staticSummary: `schedule ${id} of ${flowId}`,
      ...(searchable ? { typedSearchAttributes: attributesOf(flowId, workspace) } : {}),
    },
  };
};

const attributesOf = (flowId: string, workspace: string): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: defineSearchAttributeKey('RepriseFlow', SEARCH_ATTRIBUTES.RepriseFlow), value: flowId },
    { key: defineSearchAttributeKey('RepriseState', SEARCH_ATTRIBUTES.RepriseState), value: 'RUN' },
    { key: defineSearchAttributeKey('RepriseWorkspace', SEARCH_ATTRIBUTES.RepriseWorkspace), value: workspace },
  ]);
