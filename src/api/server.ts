import { createServer as createHttpServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { RepriseError } from '../flow';
import type { AppState } from './app-context';

/** A whole request, body included, must arrive within this; a reply may take longer (`?wait=60`). */
const REQUEST_TIMEOUT_MS = 12_000;
const HEADERS_TIMEOUT_MS = 8_000;
/** Longer than the idle limit of common load balancers, so that they close first. */
const KEEP_ALIVE_MS = 65_000;
const CLOSE_GRACE_MS = 10_000;

export interface ServerTimeouts {
  readonly requestMs: number;
  readonly headersMs: number;
  /** How often slow connections are looked for. */
  readonly checkMs: number;
}
const TIMEOUTS: ServerTimeouts = { requestMs: REQUEST_TIMEOUT_MS, headersMs: HEADERS_TIMEOUT_MS, checkMs: 1_000 };

export interface HttpServer {
  readonly url: string;
  /** The underlying server, for those who attach to it (WebSocket upgrades). */
  readonly server: Server;
  /** Stops accepting, lets running requests end for 10 s, then cuts the rest. */
  close(graceMs?: number): Promise<void>;
}

/** An HTTP server that does not wait for slow senders. It does not listen. */
export function createServer(app: Koa<AppState>, timeouts: ServerTimeouts = TIMEOUTS): Server {
  const handle = app.callback();
  const server = createHttpServer(
    { connectionsCheckingInterval: timeouts.checkMs },
    (request, response) => void handle(request, response),
  );
  server.requestTimeout = timeouts.requestMs;
  server.headersTimeout = timeouts.headersMs;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** Listens, or throws port_in_use / cannot_listen with what to do. Port 0 takes any free one. */
export async function startHttpServer(
  app: Koa<AppState>,
  address: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createServer(app);
  const drain = trackReplies(server);
  await listen(server, address);
  // A TCP server that listens has an AddressInfo; null and text belong to closed and pipe servers.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${toUrlHost(address.host)}:${port}`,
    server,
    close: async (graceMs = CLOSE_GRACE_MS) => close(server, drain, graceMs),
  };
}

async function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  server.removeAllListeners('error');
}

function toListenError(error: NodeJS.ErrnoException, host: string, port: number): RepriseError {
  if (error.code === 'EADDRINUSE') {
    return new RepriseError(
      'port_in_use',
      `Port ${port} on ${host} is taken, perhaps by a Reprise that runs already: stop it, or set PORT to a free port.`,
      { cause: error },
    );
  }
  return new RepriseError(
    'cannot_listen',
    `Cannot listen on ${host}:${port} (${error.code ?? error.message}): set HOST and PORT to an address of this machine.`,
    { cause: error },
  );
}

const toUrlHost = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
};

/** Knows the replies under way; `drain` makes each of them, and all later ones, the last of its connection. */
function trackReplies(server: Server): () => void {
  const replies = new Set<ServerResponse>();
  let draining = false;
  server.prependListener('request', (_request, reply: ServerResponse) => {
    if (draining) reply.shouldKeepAlive = false;
    replies.add(reply);
    reply.once('close', () => replies.delete(reply));
  });
  return () => {
    draining = true;
    for (const reply of replies) reply.shouldKeepAlive = false;
  };
}

async function close(server: Server, drain: () => void, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    drain();
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
