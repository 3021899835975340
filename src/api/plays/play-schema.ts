import { LIMITS } from '../../flow';
import { z } from '../zod-openapi';
import { Id, JsonMembers, JsonValue, Moment, PlaysPaging, Time, pageSchema } from './common-schema';
import { PLAY_STATES } from './states';

const Duration = z.int().openapi({ description: 'Milliseconds.' });
const State = z.enum(PLAY_STATES);
const Failure = z.strictObject({ code: z.string(), message: z.string(), layer: z.string().optional() });
const cancelled = z.literal(true).optional().openapi({ description: 'It was cancelled.' });

export const RunPlayRequest = z
  .strictObject({
    args: JsonMembers.optional().openapi({ description: 'Read as `{{ $prev.args.<name> }}`; `{}` when absent.' }),
    idempotencyKey: z.string().min(1).max(LIMITS.idempotencyKeyChars).optional().openapi({
      description:
        'The same key answers the same play, unless that one failed or was cancelled: then a new play takes the key over.',
    }),
    runAt: Moment.optional().openapi({ description: 'DEFERRED until then.' }),
    force: z.boolean().optional().openapi({ description: 'Runs a disabled flow, too.' }),
  })
  .openapi('RunPlayRequest');
export const StartedPlay = z
  .strictObject({
    playId: z.string(),
    state: State,
    startedAt: Time,
    argsDiffer: z.literal(true).optional().openapi({ description: 'The play of this key was started with other args.' }),
  })
  .openapi('StartedPlay');

const summary = {
  id: z.string(),
  flowId: z.string(),
  flowName: z.string(),
  version: z.int(),
  state: State,
  cancelled,
  startedAt: Time,
  completedAt: Time.optional(),
  duration: Duration.optional(),
  error: Failure.optional(),
  waitingFor: z.array(z.string()).optional(),
};
export const PlaySummary = z.strictObject(summary).openapi('PlaySummary');
export const PlayReply = z
  .strictObject({
    ...summary,
    args: JsonValue.optional(),
    argsRef: JsonValue.optional(),
    out: JsonValue.optional(),
    outRef: JsonValue.optional(),
  })
  .openapi('Play');
export const PlayPage = pageSchema(PlaySummary).openapi('PlayPage');

const filter = {
  state: State.optional(),
  from: Moment.optional().openapi({ description: 'Created at or after.' }),
  to: Moment.optional().openapi({ description: 'Created before.' }),
  ...PlaysPaging,
};
export const FlowPlaysQuery = z.strictObject(filter);
export const PlaysQuery = z.strictObject({ flowId: Id.optional(), ...filter });

export const PlayLayer = z
  .strictObject({
    id: z.string(),
    ref: z.string(),
    path: z.string(),
    name: z.string().optional(),
    module: z.string(),
    state: State,
    cancelled,
    attempt: z.int(),
    startedAt: Time.optional(),
    completedAt: Time.optional(),
    duration: Duration.optional(),
    out: JsonValue.optional(),
    outRef: JsonValue.optional().openapi({ description: 'Where an output above 256 KiB lies.' }),
    error: Failure.optional(),
  })
  .openapi('PlayLayer');
export const PlayLayers = z.array(PlayLayer).openapi('PlayLayers');

export const HoldPlayRequest = z.strictObject({ reason: z.string().max(1000).optional() }).openapi('HoldPlayRequest');
export const ApproveRequest = z
  .strictObject({
    layerId: Id,
    decision: z.enum(['approved', 'declined']),
    note: z.string().max(LIMITS.approvalNoteChars).optional(),
  })
  .openapi('ApproveRequest');
export const ApproveReply = z
  .strictObject({
    playId: z.string(),
    layerId: z.string(),
    decision: z.enum(['approved', 'declined']),
    approval: z.string().openapi({ description: 'State of the question: `open` while more people must approve.' }),
  })
  .openapi('ApproveReply');
