import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { LIMITS, RepriseError, type Principal } from '../../flow';
import type { Logger } from '../../logger';
import type { FollowerClosed, FollowItem, Services, WorkspaceItem } from '../../service/contract';
import { assertAccess } from '../access';
import { callerOf, credentialIn } from '../auth-gate';
import { SocketQuery } from '../flowrunner/live-schema';
import { presentItem } from '../flowrunner/present-live';
import { EventsQuery } from '../plays/event-schema';
import { requestIdOf } from '../request-id';
import { parseInput } from '../validate';
import { createSessionCookie } from '../session-cookie';
import { assertOrigin, ownOrigins } from './origin';
import { PLAY_SESSION_LIMITS, runPlaySession, type PlaySessionLimits } from './play-session';
import { refuseUpgrade } from './refuse-upgrade';
import { runSocketSession, type SessionLimits } from './socket-session';

const PLAYS_PATH = '/api/ws';
const PATH = /^\/ws\/executions\/([^/]{1,200})$/;
/** A client that does not answer a close is cut off after this. */
const CLOSE_MS = 2_000;

export interface LiveSocketsDeps {
  readonly services: Pick<Services, 'auth' | 'live'>;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly limits?: SessionLimits;
  readonly playLimits?: PlaySessionLimits;
}
export interface LiveSockets {
  /** Takes the upgrades of this server. */
  attach(server: Server): void;
  /** Resolves when all sockets are closed; the followers behind them must have been told to stop. */
  close(): Promise<void>;
}

/** WebSockets at /ws/executions/{id} and /api/ws: everything is checked before the upgrade, so a refusal is an ordinary HTTP answer. */
export const createLiveSockets = ({
  services,
  logger,
  publicUrl,
  limits,
  playLimits = PLAY_SESSION_LIMITS,
}: LiveSocketsDeps): LiveSockets => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LIMITS.socketMessageBytes, perMessageDeflate: false });
  const own = ownOrigins(publicUrl);
  const cookie = createSessionCookie(publicUrl);
  /** Followers at the same place are given the same item: it is written once for all of them. */
  const texts = new WeakMap<FollowItem, string>();
  const toText = (runId: string, item: FollowItem): string => {
    const text = texts.get(item) ?? JSON.stringify(presentItem(runId, item));
    texts.set(item, text);
    return text;
  };

  const admitFollower = async (asked: Asked): Promise<Admitted> => {
    const { ticket } = asked.query;
    const isTicket = asked.authorization === '' && ticket !== undefined;
    const origin = { id: asked.id, address: asked.address };
    const principal = isTicket
      ? await services.live.redeem(ticket, asked.runId ?? '', origin)
      : await callerOf(services.auth, asked.authorization, origin);
    if (asked.runId === undefined)
      throw new RepriseError('not_found', 'Nothing is found at this address: see /docs for the paths.');
    assertAccess(principal, 'flows:read');
    const { after } = parseInput(SocketQuery, asked.query, 'query');
    const follower = await services.live.follow(principal, asked.runId, after);
    const run = (socket: WebSocket) =>
      runSocketSession(socket, follower, (item) => toText(asked.runId ?? '', item), logger, limits);
    return { principal, run, leave: () => follower.close() };
  };

  /** Browsers cannot send a header here: the cookie, or the token in the query, stands for it. */
  const admitWatcher = async (asked: Asked): Promise<Admitted> => {
    const { token } = parseInput(EventsQuery, asked.query, 'query');
    const header = credentialIn(asked.path, asked.headers, cookie);
    const authorization = header === '' && token !== undefined ? `Bearer ${token}` : header;
    const principal = await callerOf(services.auth, authorization, { id: asked.id, address: asked.address });
    assertAccess(principal, 'flows:read');
    const begun: { session?: (item: WorkspaceItem) => void; socket?: WebSocket } = {};
    const leave = await services.live.watch(
      principal,
      (item) => begun.session?.(item),
      (why) => begun.socket?.close(...WATCH_CLOSE[why]),
    );
    const run = async (socket: WebSocket): Promise<void> => {
      begun.socket = socket;
      begun.session = runPlaySession(socket, playLimits);
      socket.once('close', leave);
    };
    return { principal, run, leave };
  };

  const admit = async (asked: Asked): Promise<Admitted> => {
    assertOrigin(asked.origin, own);
    return asked.path === PLAYS_PATH ? admitWatcher(asked) : admitFollower(asked);
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const asked = readRequest(request);
    const fields = { requestId: asked.id, path: asked.path, ip: asked.address };
    // Nobody else listens on a raw socket, and an error without a listener ends the process.
    socket.on('error', () => socket.destroy());
    try {
      const { principal, run, leave } = await admit(asked);
      let upgraded: WebSocket | undefined;
      sockets.handleUpgrade(request, socket, head, (opened) => {
        upgraded = opened;
      });
      // The client has gone, or the handshake itself was refused.
      if (upgraded === undefined) return leave();
      const account = { account: principal.accountId, workspace: principal.workspace };
      logger.info('live connection opened', { ...fields, ...account });
      upgraded.once('close', (code) => logger.info('live connection closed', { ...fields, ...account, code }));
      await run(upgraded);
    } catch (error) {
      const status = refuseUpgrade(socket, error, asked);
      logger[status >= 500 ? 'error' : 'info']('live connection refused', { ...fields, status, ...(status >= 500 && { error }) });
    }
  };

  return {
    attach(server) {
      server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head));
    },
    async close() {
      const open = [...sockets.clients];
      const cut = setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, CLOSE_MS);
      await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
      clearTimeout(cut);
      sockets.close();
    },
  };
};

/** Close codes of RFC 6455 (4000 and above are ours). */
const WATCH_CLOSE: Readonly<Record<FollowerClosed, readonly [code: number, reason: string]>> = {
  left: [1000, 'left'],
  expired: [4401, 'the credential has ended: log in again'],
  stopping: [1001, 'the service is stopping: come back in a moment'],
};

/** A caller whose upgrade may be accepted. */
interface Admitted {
  readonly principal: Principal;
  /** Speaks with the client until one of them leaves. */
  readonly run: (socket: WebSocket) => Promise<void>;
  /** There will be no socket. */
  readonly leave: () => void;
}

interface Asked {
  readonly id: string;
  readonly path: string;
  /** Absent when the path is not that of a socket. */
  readonly runId: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string;
  readonly headers: IncomingHttpHeaders;
  readonly origin: string | undefined;
  readonly address: string;
}

/** The path as it was sent: nothing is normalised, so nothing but the exact path matches. */
const readRequest = ({ url = '/', headers, socket }: IncomingMessage): Asked => {
  const [path = '/', query = ''] = url.split(/\?(.*)/s, 2);
  const given = headers['x-request-id'];
  return {
    id: requestIdOf(typeof given === 'string' ? given : ''),
    path,
    runId: PATH.exec(path)?.[1],
    query: Object.fromEntries(new URLSearchParams(query)),
    authorization: headers.authorization ?? '',
    headers,
    origin: headers.origin,
    address: socket.remoteAddress ?? '',
  };
};
