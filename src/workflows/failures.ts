/** What activities and children failed with, as the flow sees it. */
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure, TimeoutType } from '@temporalio/common';
import { isCancellation } from '@temporalio/workflow';
import { INFRASTRUCTURE_FAILURE, NODE_FAILURE, type Failure } from '../flow';
import { RUN_FAILED, type RunResult } from './contract';

const applicationFailureIn = (error: unknown): ApplicationFailure | undefined => {
  const cause = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? cause : undefined;
};

/** Whether the node failed, not the worker or the store under it. */
export const isNodeFailure = (error: unknown): boolean => applicationFailureIn(error)?.type === NODE_FAILURE;

/** How long a failed local attempt worked (W5), ms. */
export const tookMsOf = (error: unknown): number => {
  const detail = applicationFailureIn(error)?.details?.[1] as { readonly tookMs?: number } | undefined;
  return detail?.tookMs ?? 0;
};

export const toFailure = (error: unknown, path: string): Failure => {
  const failure = applicationFailureIn(error);
  const told = failure?.type === NODE_FAILURE || failure?.type === INFRASTRUCTURE_FAILURE;
  const detail = told ? (failure.details?.[0] as Failure | undefined) : undefined;
  if (detail !== undefined) return { ...detail, nodePath: path };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const lost = cause.timeoutType === TimeoutType.HEARTBEAT;
    return {
      code: lost ? 'worker_lost' : 'timeout',
      message: lost ? 'The worker that ran this attempt was lost' : 'The attempt did not end within its time limit',
      retryable: true,
      nodePath: path,
    };
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  return { code: 'internal_error', message: text.slice(0, 1_000), retryable: true, nodePath: path };
};

/** How a child ended whose workflow failed: by its own result, or from outside (cancelled, terminated, timed out). */
export const toChildEnd = (error: unknown, path: string): { state: 'FAIL' | 'CANCELLED'; failure?: Failure } => {
  if (isCancellation(error)) return { state: 'CANCELLED' };
  const failure = applicationFailureIn(error);
  const result = failure?.type === RUN_FAILED ? (failure.details?.[0] as RunResult | undefined) : undefined;
  return { state: 'FAIL', failure: result?.error ?? toFailure(error, path) };
};
