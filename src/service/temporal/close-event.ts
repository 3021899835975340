import { ApplicationFailure, type LoadedDataConverter } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow';
import { tsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import type { EngineClose } from '../../projection/engine-port';
import { RUN_FAILED, type RunResult } from '../../workflows/contract';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A close event in our words; the next execution's id when the run goes on in another one. */
export type CloseEvent =
  { readonly kind: 'closed'; readonly close: EngineClose } | { readonly kind: 'next'; readonly executionId: string };

export const readCloseEvent = async (event: HistoryEvent, converter: LoadedDataConverter): Promise<CloseEvent> => {
  const at = tsToMs(event.eventTime);
  const closed = (close: EngineClose): CloseEvent => ({ kind: 'closed', close });
  if (event.workflowExecutionCompletedEventAttributes) {
    const { result } = event.workflowExecutionCompletedEventAttributes;
    return closed({ kind: 'completed', at, result: await decodeFromPayloadsAtIndex<RunResult>(converter, 0, result?.payloads) });
  }
  if (event.workflowExecutionFailedEventAttributes) {
    const { failure } = event.workflowExecutionFailedEventAttributes;
    const error = await decodeOptionalFailureToOptionalError(converter, failure);
    const result = error instanceof ApplicationFailure && error.type === RUN_FAILED ? toResult(error.details?.[0]) : undefined;
    return closed({
      kind: 'failed',
      at,
      message: error?.message ?? 'no reason given',
      ...(result === undefined ? {} : { result }),
    });
  }
  if (event.workflowExecutionCanceledEventAttributes) {
    const { details } = event.workflowExecutionCanceledEventAttributes;
    const [first] = await decodeArrayFromPayloads(converter, details?.payloads);
    const result = toResult(first);
    return closed({ kind: 'cancelled', at, ...(result === undefined ? {} : { result }) });
  }
  if (event.workflowExecutionTerminatedEventAttributes)
    return closed({ kind: 'terminated', at, reason: event.workflowExecutionTerminatedEventAttributes.reason ?? '' });
  if (event.workflowExecutionTimedOutEventAttributes) return closed({ kind: 'timed_out', at });
  const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  if (next !== undefined && next !== null && next !== '') return { kind: 'next', executionId: next };
  return closed({ kind: 'failed', at, message: `unknown close event ${String(event.eventType)}` });
};

const toResult = (value: unknown): RunResult | undefined =>
  typeof value === 'object' && value !== null && 'state' in value && 'lastSeq' in value ? (value as RunResult) : undefined;
