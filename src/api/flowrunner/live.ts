import { RepriseError } from '../../flow';
import { acceptedType } from '../live/accepted-type';
import { messageStream, NDJSON, SSE } from '../live/message-stream';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { ExecutionParams } from './execution-schema';
import { EventsHeaders, EventsQuery, EventsReply, MessageReply, SocketQuery, TicketReply, TicketRequest } from './live-schema';
import { presentItem } from './present-live';

const TOO_MANY = 'The account has too many followers open; Retry-After says when to try again.';
const STREAMS = { [SSE.contentType]: SSE, [NDJSON.contentType]: NDJSON };

/** Live updates of an execution: every journal entry and log line, in order, each once, then the end. */
export const liveRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/v1/executions/{id}/events',
    operationId: 'followExecution',
    summary: 'Follow an execution: server-sent events, NDJSON, or a long poll',
    description:
      'By Accept: `text/event-stream` (come back with Last-Event-ID), `application/x-ndjson`, else JSON as a long poll. A stream ends with the execution, when the credential ends, or when the service stops; `after` goes on where it ended.',
    tags: ['executions'],
    access: 'flows:read',
    params: ExecutionParams,
    query: EventsQuery,
    headers: EventsHeaders,
    reply: {
      status: 200,
      description: 'The messages that follow on `after`, or from the beginning.',
      schema: EventsReply,
      streams: Object.keys(STREAMS),
    },
    also: { 204: 'Server-sent events after the end: everything was sent.' },
    refuses: { 429: TOO_MANY },
    handler: async ({ input: { params, query, headers }, services, principal, onGone }) => {
      const after = headers['last-event-id'] ?? query.after;
      const follower = await services.live.follow(principal, params.id, after);
      onGone(() => follower.close());
      const wire = STREAMS[acceptedType(headers.accept, ['application/json', SSE.contentType, NDJSON.contentType])];
      const items = await follower.next(wire === undefined ? query.wait * 1_000 : 0);
      // A browser comes back after the end, too; only this stops it.
      if (wire === SSE && items.length === 0 && follower.isDone()) return { status: 204, body: { messages: [], done: true } };
      if (wire !== undefined) {
        const stream = messageStream(follower, items, wire, (item) => presentItem(params.id, item));
        // Proxies that collect replies would hold messages back.
        return { stream, contentType: wire.contentType, headers: { 'x-accel-buffering': 'no' } };
      }
      const last = items.at(-1);
      const cursor = last === undefined ? after : last.kind === 'reset' ? undefined : last.cursor;
      return {
        body: {
          messages: items.map((item) => presentItem(params.id, item)),
          ...(cursor !== undefined && { cursor }),
          done: follower.isDone(),
        },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/tickets',
    operationId: 'createTicket',
    summary: 'Get a ticket for a WebSocket, for clients that cannot send a header',
    tags: ['executions'],
    access: 'flows:read',
    body: TicketRequest,
    reply: { status: 200, description: 'A ticket for one connection.', schema: TicketReply },
    refuses: { 404: 'There is no such execution in the workspace.' },
    handler: async ({ input: { body }, services, principal }) => {
      const { ticket, expiresAt } = await services.live.ticket(principal, body.execution_id);
      return { body: { ticket, execution_id: body.execution_id, expires_at: expiresAt.toISOString() } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/ws/executions/{id}',
    operationId: 'followExecutionSocket',
    summary: 'Follow an execution over a WebSocket',
    description:
      'Upgrade to a WebSocket; each message is a JSON text. The server closes with 1000 after the last one, 4401 when the credential ends, 1013 when the client is too slow, 1001 when it stops. `ticket` stands for the Authorization header.',
    tags: ['executions'],
    access: 'flows:read',
    params: ExecutionParams,
    query: SocketQuery,
    reply: { status: 200, description: 'Never without an upgrade; the schema is that of the messages.', schema: MessageReply },
    refuses: {
      403: 'The Origin is not this service, or the credential may not read.',
      426: 'No upgrade was asked for.',
      429: TOO_MANY,
    },
    handler: async () => {
      throw new RepriseError('upgrade_required', 'Connect to this address with a WebSocket client (ws:// or wss://).');
    },
  }),
];
