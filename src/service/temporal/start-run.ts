import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { summaryOf } from '../../flow';
import { SEARCH_ATTRIBUTES, TASK_QUEUE, WORKFLOW_TYPE, type RunFlowArgs } from '../../workflows/contract';
import type { StartRequest } from '../temporal-port';

type RunFlow = (args: RunFlowArgs) => Promise<unknown>;

const FLOW = defineSearchAttributeKey('RepriseFlow', SEARCH_ATTRIBUTES.RepriseFlow);
const STATE = defineSearchAttributeKey('RepriseState', SEARCH_ATTRIBUTES.RepriseState);
const WORKSPACE = defineSearchAttributeKey('RepriseWorkspace', SEARCH_ATTRIBUTES.RepriseWorkspace);

/** X3: recovery after a killed worker takes this long, and a local activity may not block a run for longer. */
const WORKFLOW_TASK_TIMEOUT_MS = 2_000;

/** S1: the run id is the workflow id; whoever repeats a start joins it, whether it still runs or has ended. */
export const startRun = async (
  client: Client,
  options: { readonly taskQueue?: string; readonly eager: boolean },
  request: StartRequest,
  conflict: 'join' | 'refuse',
): Promise<'started' | 'existing'> => {
  const start: WorkflowStartOptions<RunFlow> = {
    workflowId: request.runId,
    taskQueue: options.taskQueue ?? TASK_QUEUE,
    args: [request.args],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: conflict === 'join' ? 'USE_EXISTING' : 'FAIL',
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
    workflowExecutionTimeout: request.executionTimeoutMs,
    staticSummary: summaryOf(request.summary),
    ...(options.eager ? { requestEagerStart: true } : {}),
    ...(request.args.searchable ? { typedSearchAttributes: attributesOf(request) } : {}),
  };
  try {
    await client.workflow.start<RunFlow>(WORKFLOW_TYPE, start);
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'existing';
    throw error;
  }
};

const attributesOf = ({ attributes }: StartRequest): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: FLOW, value: attributes.flow },
    { key: STATE, value: 'RUN' },
    { key: WORKSPACE, value: attributes.workspace },
  ]);
