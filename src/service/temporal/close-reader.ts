import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { CloseAnswer } from '../../projection/engine-port';
import type { Bounded } from './bounded';
import { readCloseEvent } from './close-event';
import { GRPC, grpcCodeOf } from './unavailable';

const CLOSE_EVENT = temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT;
/** The server answers a long poll a second before its deadline, and after 20 s in any case. */
const POLL_MS = 20_000;
const POLL_MARGIN_MS = 1_500;

/** Reads close events directly, not through visibility and not through handles: one call, with the exact time of the close. */
export const createCloseReader = (client: Client, bounded: Bounded, rpcMs: number) => {
  const converter = client.workflow.options.loadedDataConverter;

  const read = async (
    runId: string,
    wait: { readonly untilMs: number; readonly signal: AbortSignal } | undefined,
  ): Promise<CloseAnswer> => {
    let executionId: string | undefined;
    let token: Uint8Array | undefined;
    for (;;) {
      const leftMs = wait === undefined ? 0 : wait.untilMs - Date.now();
      if (wait !== undefined && (leftMs <= 0 || wait.signal.aborted)) return { kind: 'open' };
      const page = await bounded(wait === undefined ? rpcMs : Math.min(leftMs, POLL_MS) + POLL_MARGIN_MS, () =>
        client.workflowService.getWorkflowExecutionHistory({
          namespace: client.options.namespace,
          execution: { workflowId: runId, ...(executionId === undefined ? {} : { runId: executionId }) },
          skipArchival: true,
          waitNewEvent: wait !== undefined,
          historyEventFilterType: CLOSE_EVENT,
          ...(token === undefined ? {} : { nextPageToken: token }),
        }),
      );
      const event = page.history?.events?.at(-1);
      if (event === undefined) {
        if (wait === undefined) return { kind: 'open' };
        token = page.nextPageToken ?? undefined;
        continue;
      }
      const answer = await readCloseEvent(event, converter);
      if (answer.kind === 'closed') return answer;
      executionId = answer.executionId;
      token = undefined;
    }
  };

  const orUnknown = (error: unknown): CloseAnswer => {
    if (grpcCodeOf(error) === GRPC.notFound) return { kind: 'unknown' };
    throw error;
  };

  return {
    readClose: (runId: string): Promise<CloseAnswer> => read(runId, undefined).catch(orUnknown),
    /** Answers `open` at once when `signal` aborts; the poll under way ends by its own deadline. */
    async awaitClose(runId: string, timeoutMs: number, signal: AbortSignal): Promise<CloseAnswer> {
      const aborted = new Promise<CloseAnswer>((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'open' }), { once: true });
      });
      const closed = read(runId, { untilMs: Date.now() + timeoutMs, signal }).catch(orUnknown);
      closed.catch(() => undefined);
      return Promise.race([closed, aborted]);
    },
  };
};
