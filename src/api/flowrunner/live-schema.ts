import { JOURNAL_TYPES, LIMITS } from '../../flow';
import { z } from '../zod-openapi';
import { Id, JsonValue, Time, wholeNumber } from './common-schema';
import { NodeStateWord, State } from './execution-schema';
import { Level } from './insight-schema';
import { EXECUTION_STATUSES } from './states';

const After = z
  .string()
  .min(1)
  .max(10_000)
  .optional()
  .openapi({ description: 'A cursor that came with a message, or the seq of a journal entry: what follows on it is sent.' });

export const EventsQuery = z.strictObject({
  after: After,
  wait: wholeNumber(
    { min: 0, max: LIMITS.waitMaxSeconds, fallback: 0 },
    'Long poll: answer as soon as there is a message, at the latest after this many seconds.',
  ),
});
export const EventsHeaders = z.object({
  accept: z.string().optional().openapi({ description: 'text/event-stream, application/x-ndjson or application/json.' }),
  'last-event-id': After.openapi({ description: 'The cursor of the last event; what browsers send when they come back.' }),
});
export const SocketQuery = z.strictObject({ after: After, ticket: z.string().min(1).max(4_000).optional() });

export const TicketRequest = z.strictObject({ execution_id: Id }).openapi('TicketRequest');
export const TicketReply = z
  .strictObject({ ticket: z.string(), execution_id: z.string(), expires_at: Time })
  .openapi('Ticket', { description: 'Admits once to /ws/executions/{id}?ticket=…, for 30 seconds.' });

const Place = {
  execution_id: z.string(),
  timestamp: Time,
  state: State,
  seq: z.int().openapi({ description: 'Seq of the last journal entry that was sent whole.' }),
  cursor: z.string().openapi({ description: 'Opaque; `?after=` it to get what follows.' }),
};
const Status = z.enum(EXECUTION_STATUSES);
const Node = { node_id: z.string().optional(), node_type: z.string().optional() };
const NodeRun = {
  event: z.enum(JOURNAL_TYPES).openapi({ description: 'What the journal calls it.' }),
  node_path: z.string().optional(),
  node_run_id: z.string().optional(),
  node_state: NodeStateWord.optional(),
  attempt: z.int().optional(),
  action: z.string().optional(),
};
const Result = { result: JsonValue.optional(), result_ref: JsonValue.optional() };

export const MessageReply = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('execution_update'),
      ...Place,
      status: Status,
      ...Node,
      ...NodeRun,
      message: z.string(),
      error: z.string().optional(),
      waiting_for: z.array(z.string()).optional(),
    }),
    z.strictObject({ type: z.literal('node_completed'), ...Place, ...Node, ...NodeRun, ...Result }),
    z.strictObject({ type: z.literal('execution_completed'), ...Place, status: Status, ...Result }),
    z.strictObject({ type: z.literal('execution_failed'), ...Place, status: Status, ...Node, error: z.string() }),
    z.strictObject({ type: z.literal('log'), ...Place, level: Level, message: z.string(), ...Node, data: JsonValue.optional() }),
    z.strictObject({ type: z.literal('reset'), execution_id: z.string() }),
  ])
  .openapi('ExecutionMessage', {
    description: 'After `reset` everything that was received is void and comes again from the beginning.',
  });
export type Message = z.input<typeof MessageReply>;

export const EventsReply = z
  .strictObject({
    messages: z.array(MessageReply),
    cursor: z.string().optional().openapi({ description: 'For the next `after`; absent: begin at the beginning.' }),
    done: z.boolean().openapi({ description: 'The execution has ended and everything was sent.' }),
  })
  .openapi('ExecutionMessages');
