import type { ArtifactRef, Failure, Value } from '../../flow';
import type { Run } from '../../service/contract';
import type { z } from '../zod-openapi';
import type { ExecutionReply, ExecutionSummaryReply, StartedReply } from './execution-schema';
import { toStatus } from './states';

/** A run in FlowRunner's members. `error` is its documented text, `failure` our structured form of it. */
export const presentSummary = (run: Run): z.input<typeof ExecutionSummaryReply> => ({ id: run.id, ...outcomeOf(run) });

export const presentExecution = (run: Run): z.input<typeof ExecutionReply> => ({
  ...presentSummary(run),
  ...asValue('input', 'input_ref', run.input),
  trigger: {
    type: run.trigger.type,
    ...(run.trigger.by !== undefined && { by: run.trigger.by }),
    ...(run.trigger.scheduleId !== undefined && { schedule_id: run.trigger.scheduleId }),
    ...(run.trigger.parentRunId !== undefined && { parent_execution_id: run.trigger.parentRunId }),
    ...(run.trigger.parentPath !== undefined && { parent_path: run.trigger.parentPath }),
  },
});

export const presentStarted = (run: Run): z.input<typeof StartedReply> => ({ execution_id: run.id, ...outcomeOf(run) });

function outcomeOf(run: Run) {
  const startedAt = run.startedAt ?? run.createdAt;
  return {
    flow_id: run.flowId,
    flow_name: run.flowName,
    flow_version: run.version,
    status: toStatus(run.state),
    state: run.state,
    created_at: run.createdAt.toISOString(),
    ...(run.runAt !== undefined && { run_at: run.runAt.toISOString() }),
    started_at: startedAt.toISOString(),
    ...(run.endedAt !== undefined && {
      completed_at: run.endedAt.toISOString(),
      duration: Math.max(0, run.endedAt.getTime() - startedAt.getTime()),
    }),
    ...(run.output !== undefined && asValue('result', 'result_ref', run.output)),
    ...(run.error !== undefined && { error: run.error.message, failure: presentFailure(run.error) }),
    ...(run.waitingFor.length > 0 && { waiting_for: [...run.waitingFor] }),
    ...(run.stalled !== undefined && { stalled: run.stalled }),
  };
}

/** Without `cause`: the chain is for the journal, the reply names what failed. */
export const presentFailure = (failure: Failure) => ({
  code: failure.code,
  message: failure.message,
  ...(failure.status !== undefined && { status: failure.status }),
  node_path: failure.nodePath,
  ...(failure.details !== undefined && { details: failure.details }),
});

/** An inline value under `name`, a claim (X6) as the reference under `refName`. */
export function asValue<N extends string, R extends string>(
  name: N,
  refName: R,
  value: Value,
): { [K in N]?: unknown } & { [K in R]?: ArtifactRef } {
  const member = value.kind === 'inline' ? { [name]: value.value } : { [refName]: value.ref };
  return member as { [K in N]?: unknown } & { [K in R]?: ArtifactRef };
}
