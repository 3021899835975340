import { RepriseError } from '../../flow';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { EventsQuery, PlayEvent } from './event-schema';

export const playEventRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/ws',
    operationId: 'followPlays',
    summary: 'Follow all plays over a WebSocket',
    description:
      'Upgrade to a WebSocket with the session cookie, a bearer or `token`. All plays of the workspace are told from then on; `{"type":"subscribe","playId"}` or `{"type":"subscribe","flowId"}` tells only those. The server pings every 15 s and closes a client that answers two of them with nothing; 4401 when the credential ends, 1013 when the client is too slow, 1001 when it stops.',
    tags: ['plays'],
    access: 'flows:read',
    query: EventsQuery,
    reply: { status: 200, description: 'Never without an upgrade; the schema is that of the messages.', schema: PlayEvent },
    refuses: {
      403: 'The Origin is not this service, or the credential may not read.',
      426: 'No upgrade was asked for.',
      429: 'The account follows too much already.',
    },
    handler: async () => {
      throw new RepriseError('upgrade_required', 'Connect to this address with a WebSocket client (ws:// or wss://).');
    },
  }),
];
