/**
 * A server that flows call: remembers what it was asked; `/hang` never answers, `/status/N` answers N, `/size/N` N bytes,
 * `/declares/N` announces N and stalls after eleven million.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Target {
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[];
  /** Waits until a path was asked for. */
  whenAsked(path: string): Promise<Asked>;
  close(): Promise<void>;
}

const WAIT_MS = 15_000;

export async function startTarget(): Promise<Target> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url ?? '/';
      const body = Buffer.concat(parts).toString('utf8');
      asked.push({ method: request.method ?? '', path, headers: request.headers, body });
      const [, what, value] = path.split('/');
      if (what === 'hang') return;
      if (what === 'declares') {
        response.writeHead(200, { 'content-length': Number(value) }).write('x'.repeat(11_000_000));
        return;
      }
      const answer = what === 'size' ? { text: 'x'.repeat(Number(value)) } : { path, count: asked.length };
      response.writeHead(what === 'status' ? Number(value) : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    whenAsked: async (path) => {
      for (const since = Date.now(); Date.now() - since < WAIT_MS; await sleep(10)) {
        const found = asked.find((one) => one.path === path);
        if (found !== undefined) return found;
      }
      throw new Error(`${path} was not asked for within ${WAIT_MS} ms; asked: ${asked.map((one) => one.path).join(' ')}`);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
