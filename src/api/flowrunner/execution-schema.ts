import { LIMITS, NODE_STATES, RUN_STATES } from '../../flow';
import { z } from '../zod-openapi';
import { Id, JsonValue, Paging, PagingReply, Time, Wait } from './common-schema';
import { OptionalVersion } from './flow-schema';
import { EXECUTION_STATUSES } from './states';

const Duration = z.int().openapi({ description: 'Milliseconds.' });
const Status = z.enum(EXECUTION_STATUSES);
export const State = z.enum(RUN_STATES).openapi({ description: 'The native state.' });
export const NodeStateWord = z.enum(NODE_STATES);
const IdempotencyKey = z.string().min(1).max(LIMITS.idempotencyKeyChars);
const JsonObjectValue = z.record(z.string(), z.unknown());

export const ExecutionParams = z.strictObject({ id: Id });
export const EventParams = z.strictObject({ id: Id, name: z.string().min(1).max(200) });
export const WaitQuery = z.strictObject({ wait: Wait });
export const ExecutionListQuery = z.strictObject({
  flow_id: Id.optional().openapi({ description: 'Filter by flow ID.' }),
  status: z
    .enum([...EXECUTION_STATUSES, 'canceled'])
    .optional()
    .openapi({ description: 'Filter by status; `canceled` means `cancelled`.' }),
  ...Paging,
});
export const RunHeaders = z.object({
  'idempotency-key': IdempotencyKey.optional().openapi({
    description: 'The same key and body start one run only; the same key and another body is 409.',
  }),
});
export const EventHeaders = z.object({
  'idempotency-key': IdempotencyKey.optional().openapi({ description: 'Names this delivery: it takes effect once.' }),
});

/** ISO 8601 with a zone. A time that has passed means now. */
const RunAt = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() - Date.now() <= LIMITS.runAtAheadMs, 'must be at most 366 days ahead')
  .openapi({ type: 'string', format: 'date-time' });

export const RunRequest = z
  .strictObject({
    input: JsonObjectValue.optional().openapi({ description: 'The run input; `{}` when absent.' }),
    version: OptionalVersion.optional().openapi({ description: 'Number of the version to run; else the published one.' }),
    runAt: RunAt.optional().openapi({ description: 'When it begins, at most 366 days ahead; DEFERRED until then.' }),
  })
  .openapi('RunRequest');
export const HoldRequest = z.strictObject({ reason: z.string().max(1000).optional() }).openapi('HoldRequest');
export const EventRequest = z
  .strictObject({
    key: z.string().max(LIMITS.idempotencyKeyChars).optional().openapi({ description: 'Correlation key that the wait names.' }),
    data: JsonValue.optional().openapi({ description: 'Becomes the output of the wait; null when absent.' }),
  })
  .openapi('EventRequest');

const FailureReply = z
  .strictObject({
    code: z.string(),
    message: z.string(),
    status: z.int().optional(),
    node_path: z.string(),
    details: JsonValue.optional(),
  })
  .openapi('Failure');
const ArtifactReply = z
  .strictObject({ store: z.string(), key: z.string(), size: z.int(), type: z.string(), sha256: z.string() })
  .openapi('ArtifactReference', { description: 'A value above 32 KiB: where it lies instead of the value.' });

const Outcome = {
  flow_name: z.string(),
  flow_version: z.int(),
  state: State,
  started_at: Time,
  completed_at: Time.optional(),
  duration: Duration.optional(),
  result: JsonValue.optional().openapi({ description: 'Output of a completed run.' }),
  result_ref: ArtifactReply.optional(),
  error: z.string().optional(),
  failure: FailureReply.optional(),
  waiting_for: z.array(z.string()).optional().openapi({ description: 'What the run waits for, e.g. `event:payment`.' }),
  stalled: z.string().optional().openapi({ description: 'Why the run makes no progress although nothing waits.' }),
  created_at: Time,
  run_at: Time.optional().openapi({ description: 'When it was asked to begin.' }),
};
export const ExecutionSummaryReply = z
  .strictObject({ id: z.string(), flow_id: z.string(), status: Status, ...Outcome })
  .openapi('ExecutionSummary');
export const ExecutionReply = ExecutionSummaryReply.extend({
  input: JsonValue.optional(),
  input_ref: ArtifactReply.optional(),
  trigger: z.strictObject({
    type: z.string(),
    by: z.string().optional(),
    schedule_id: z.string().optional(),
    parent_execution_id: z.string().optional(),
    parent_path: z.string().optional(),
  }),
}).openapi('Execution');
export const ExecutionListReply = z
  .strictObject({ executions: z.array(ExecutionSummaryReply), ...PagingReply })
  .openapi('ExecutionList');
export const StartedReply = z
  .strictObject({ execution_id: z.string(), flow_id: z.string(), status: Status, ...Outcome })
  .openapi('StartedExecution', { description: 'With `wait`, a run that ended in time brings its result.' });
export const EventReply = z.strictObject({ outcome: z.enum(['delivered', 'kept', 'duplicate']) }).openapi('EventDelivery');
