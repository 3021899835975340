import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp, createLiveSockets, createRoutes } from '../../src/api';
import type { Role } from '../../src/flow';
import type { Services } from '../../src/service/contract';
import { createFakeServices } from './fake-services';
import type { FakeServices } from './fake-services';
import { createRecordingLogger } from './recording-logger';

export const API_CONFIG = { publicUrl: 'http://localhost:8080', version: '0.0.0-test' };

/** Fast, so that tests reach them. */
const SOCKET_LIMITS = { pingMs: 5_000, bufferBytes: 64 * 1024, stallMs: 200 };

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}
export interface Ask {
  readonly token?: string;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** The app on a loopback socket; `ask` speaks with `ownToken` unless told otherwise. */
export async function serveApi(services: Services, ownToken: string, limits = SOCKET_LIMITS) {
  const { logger, lines } = createRecordingLogger();
  const app = createApp({ services, logger, config: API_CONFIG });
  const handle = app.callback();
  const server: Server = createServer((request, response) => void handle(request, response));
  const sockets = createLiveSockets({ services, logger, publicUrl: API_CONFIG.publicUrl, limits });
  sockets.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  const ask = async (method: string, path: string, { token = ownToken, body, headers = {} }: Ask = {}): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: toJson(text) };
  };
  const close = async (): Promise<void> => {
    services.live.stop();
    await sockets.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, port, ask, lines, close, routes: createRoutes(API_CONFIG) };
}

/** The app over fake flows and runs; `ask` speaks as an admin unless told otherwise. */
export async function startTestApi(replace: (services: Services) => Services = (services) => services, limits = SOCKET_LIMITS) {
  const fakes: FakeServices = createFakeServices();
  const tokens: Partial<Record<Role, string>> = {};
  const tokenOf = async (role: Role): Promise<string> => (tokens[role] ??= await fakes.signIn(role));
  const served = await serveApi(replace(fakes.services), await tokenOf('admin'), limits);
  return { ...fakes, ...served, tokenOf };
}
export type TestApi = Awaited<ReturnType<typeof startTestApi>>;

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
