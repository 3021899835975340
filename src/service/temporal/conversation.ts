import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { isJsonObject, RepriseError } from '../../flow';
import type { UpdateAnswer } from '../../workflows/contract';
import type { Bounded } from './bounded';
import { createSlots } from './slots';
import { grpcCodeOf, GRPC } from './unavailable';

/** X10: the server takes 10 a run; beyond them it makes a client wait for a second. */
const UPDATES_A_RUN = 8;

/** Updates and queries: talks with a live run. */
export const createConversation = (client: Client, bounded: Bounded, updateMs: number) => {
  const inTurn = createSlots(UPDATES_A_RUN);
  return {
    async update(runId: string, name: string, input: unknown, updateId: string): Promise<UpdateAnswer | undefined> {
      const handle = client.workflow.getHandle(runId);
      try {
        return await bounded(
          updateMs,
          () =>
            inTurn(runId, () =>
              whileLost(() => handle.executeUpdate<UpdateAnswer, [unknown]>(name, { args: [input], updateId })).catch(explain),
            ),
          pending,
        );
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },

    async query(runId: string, name: string, timeoutMs: number): Promise<unknown> {
      const handle = client.workflow.getHandle(runId);
      // Whatever goes wrong (no worker, a failing task, Temporal away), the caller has the head to fall back to.
      return bounded(timeoutMs, () => handle.query<unknown>(name)).catch(() => undefined);
    },
  };
};

const MOST_TRIES = 5;

/**
 * An update that the run took in a workflow task that was then refused (a timer fired meanwhile) is lost, and the server says so: it
 * is sent again with its id.
 */
const whileLost = async <T>(send: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1)
    try {
      return await send();
    } catch (error) {
      if (tries === MOST_TRIES || !isLost(error)) throw error;
    }
};

const isLost = (error: unknown): boolean =>
  !(error instanceof WorkflowUpdateFailedError) && grpcCodeOf(error) === GRPC.failedPrecondition;

const explain = (error: unknown): never => {
  if (error instanceof WorkflowUpdateFailedError) throw refusalOf(error);
  // The server was there and the run did not answer: no worker, or a task that fails.
  if (isLost(error)) throw pending();
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError && grpcCodeOf(error) === GRPC.deadline) throw pending();
  throw error;
};

/** X10: the validator's or handler's own words. */
const refusalOf = (error: WorkflowUpdateFailedError): RepriseError => {
  const { cause } = error;
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  const detail = cause instanceof ApplicationFailure ? cause.details?.[0] : undefined;
  return new RepriseError(
    type === undefined || type === null || type === 'too_many_events' ? 'conflict' : type,
    cause?.message ?? 'The run refused it',
    isJsonObject(detail) ? { details: detail } : {},
  );
};

const pending = (): RepriseError =>
  new RepriseError('decision_pending', 'The run has not answered yet; repeat the request to learn the outcome', {
    details: { retryAfterSeconds: 2 },
  });
