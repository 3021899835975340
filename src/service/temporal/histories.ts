import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { tsToMs } from '@temporalio/common/lib/time';
import type { ExecutionHistory } from '../../projection/engine-port';
import type { Bounded } from './bounded';
import { GRPC, grpcCodeOf } from './unavailable';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
const TYPE = temporal.api.enums.v1.EventType;

/** A chain longer than this is repaired from its newest executions only. */
const MOST_EXECUTIONS = 100;

/** The executions behind a run id, oldest first, as far as Temporal still has them. */
export const createHistories = (client: Client, bounded: Bounded, rpcMs: number) => {
  const fetch = async (runId: string, executionId: string | undefined): Promise<HistoryEvent[]> => {
    const events: HistoryEvent[] = [];
    let token: Uint8Array | undefined;
    do {
      const page = await bounded(rpcMs, () =>
        client.workflowService.getWorkflowExecutionHistory({
          namespace: client.options.namespace,
          execution: { workflowId: runId, ...(executionId === undefined ? {} : { runId: executionId }) },
          skipArchival: true,
          ...(token === undefined ? {} : { nextPageToken: token }),
        }),
      );
      events.push(...(page.history?.events ?? []));
      token = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (token !== undefined);
    return events;
  };

  return async (runId: string): Promise<readonly ExecutionHistory[]> => {
    const chain: ExecutionHistory[] = [];
    let executionId: string | undefined;
    while (chain.length < MOST_EXECUTIONS) {
      let events: HistoryEvent[];
      try {
        events = await fetch(runId, executionId);
      } catch (error) {
        if (grpcCodeOf(error) === GRPC.notFound) break;
        throw error;
      }
      const started = events[0]?.workflowExecutionStartedEventAttributes;
      if (!started) break;
      const history = toHistory(runId, events);
      if (history !== undefined) chain.unshift(history);
      executionId = started.continuedExecutionRunId ?? undefined;
      if (executionId === undefined || executionId === '') break;
    }
    return chain;
  };
};

/**
 * The committed part: what a task that is not completed would tell is not the journal yet (P1). undefined when no workflow
 * task was completed.
 */
export const toHistory = (runId: string, events: readonly HistoryEvent[]): ExecutionHistory | undefined => {
  const started = events[0];
  const lastDone = events.findLastIndex((event) => event.eventType === TYPE.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  const done = events[lastDone];
  if (started === undefined || done === undefined) return undefined;
  const open = events.findIndex((event, at) => at > lastDone && event.eventType === TYPE.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
  return {
    runId,
    executionId: started.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? '',
    startMs: tsToMs(started.eventTime),
    committedLength: Number(done.workflowTaskCompletedEventAttributes?.startedEventId ?? 0),
    history: { events: open < 0 ? [...events] : events.slice(0, open) },
  };
};
