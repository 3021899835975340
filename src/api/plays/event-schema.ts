import { z } from '../zod-openapi';
import { Id, JsonValue, Time } from './common-schema';
import { PLAY_STATES } from './states';

const EVENT_TYPES = [
  'play:started',
  'play:layer:started',
  'play:layer:completed',
  'play:layer:failed',
  'play:completed',
  'play:failed',
  'play:waiting',
] as const;

export const PlayEvent = z
  .strictObject({
    type: z.enum(EVENT_TYPES),
    playId: z.string(),
    flowId: z.string(),
    layerId: z.string().nullable(),
    ref: z.string().nullable(),
    state: z.enum(PLAY_STATES),
    out: JsonValue.openapi({ description: 'Null where there is none, or where it is above 32 KiB: ask for the layers.' }),
    timestamp: Time,
    duration: z.int().optional().openapi({ description: 'Milliseconds.' }),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  })
  .openapi('PlayEvent');

export const EventsQuery = z.strictObject({
  token: z.string().min(1).max(4_096).optional().openapi({ description: 'A bearer, for clients that cannot send a header.' }),
});
/** What a client may say: from then on only that play, or that flow, is told to it; without either, all again. */
export const SubscribeMessage = z.strictObject({
  type: z.literal('subscribe'),
  playId: Id.optional(),
  flowId: Id.optional(),
});
