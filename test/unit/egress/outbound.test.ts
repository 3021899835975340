import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createOutbound, type Outbound, type OutboundRequest } from '../../../src/egress';
import { readAll, startServer, type TestServer } from './servers';

const KIB = 1_024;

describe('outbound calls', () => {
  let server: TestServer;
  let other: TestServer;
  let canary: TestServer;
  let outbound: Outbound;
  let handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void> = () => undefined;
  let seen: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];

  const record = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: await readAll(request) });
    await handle(request, response);
  };
  beforeAll(async () => {
    server = await startServer((request, response) => void record(request, response));
    other = await startServer((request, response) => void record(request, response));
    canary = await startServer((_request, response) => void response.end());
    outbound = createOutbound({ allow: [`127.0.0.1:${server.port}`, `127.0.0.1:${other.port}`] });
  });
  beforeEach(() => (seen = []));
  afterAll(async () => {
    expect(canary.connections()).toBe(0);
    await outbound.close();
    await Promise.all([server.close(), other.close(), canary.close()]);
  });

  const call = (change: Partial<OutboundRequest> & { path?: string } = {}) =>
    outbound.call({
      url: new URL(change.path ?? '/', server.origin),
      method: 'GET',
      headers: {},
      maxRedirects: 5,
      maxBytes: 64 * KIB,
      signal: AbortSignal.timeout(5_000),
      ...change,
    });
  const redirect = (status: number, location: string) => {
    handle = (request, response) => {
      if (request.url === '/end') response.end('end');
      else response.writeHead(status, { location }).end('moved');
    };
  };

  describe('redirects', () => {
    it.each([
      [301, 'GET', 'GET'],
      [301, 'POST', 'GET'],
      [302, 'POST', 'GET'],
      [302, 'PUT', 'PUT'],
      [303, 'PUT', 'GET'],
      [303, 'HEAD', 'HEAD'],
      [307, 'POST', 'POST'],
      [308, 'PUT', 'PUT'],
    ])('%i turns %s into %s', async (status, method, followed) => {
      redirect(status, '/end');
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{"a":1}' };
      await call({ method, headers: { 'content-type': 'application/json' }, ...body });
      expect(seen[1]).toMatchObject({ method: followed, body: followed === method ? (body.body ?? '') : '' });
      expect(seen[1]?.headers['content-type']).toBe(followed === method ? 'application/json' : undefined);
    });

    it('keep secrets within the origin', async () => {
      const headers = {
        authorization: 'Bearer s',
        cookie: 'c=1',
        'x-api-key': 'k',
        'idempotency-key': 'i',
        accept: 'text/plain',
      };
      redirect(302, '/end');
      await call({ headers });
      expect(seen[1]?.headers).toMatchObject(headers);

      seen = [];
      redirect(302, `${other.origin}/end`);
      await call({ headers });
      expect(seen[1]?.headers).toMatchObject({ accept: 'text/plain', 'idempotency-key': 'i', host: `127.0.0.1:${other.port}` });
      for (const name of ['authorization', 'cookie', 'x-api-key']) expect(seen[1]?.headers).not.toHaveProperty(name);
    });

    it.each([301, 302, 303, 307, 308])('%i into the private network is refused', async (status) => {
      for (const location of [
        canary.origin,
        `http://localhost:${canary.port}`,
        `//0.0.0.0:${canary.port}/`,
        `http://[::ffff:7f00:1]:${canary.port}/`,
        `http://user@127.0.0.1:${server.port}/`,
        'file:///etc/passwd',
      ]) {
        redirect(status, location);
        await expect(call({ method: 'POST', body: 'x' })).rejects.toMatchObject({ code: 'egress_denied' });
      }
    });

    it('end after five hops', async () => {
      handle = (request, response) => {
        const n = Number(request.url?.slice(1) ?? 0);
        response.writeHead(302, { location: `/${n + 1}` }).end();
      };
      await expect(call({ path: '/0' })).rejects.toMatchObject({ code: 'too_many_redirects' });
      expect(seen).toHaveLength(6);
    });

    it('are an answer when not followed, or without a place to go', async () => {
      redirect(302, '/end');
      expect(await call({ maxRedirects: 0 })).toMatchObject({ status: 302, headers: { location: '/end' } });
      redirect(302, 'http://[bad');
      expect(await call()).toMatchObject({ status: 302 });
    });
  });

  describe('bodies', () => {
    it.each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ] as const)('%s is decoded, and its wire headers go', async (encoding, compress) => {
      handle = (_request, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(compress('plain text'));
      const { body, headers } = await call();
      expect(body.toString()).toBe('plain text');
      expect(headers).not.toHaveProperty('content-encoding');
    });

    it.each([
      ['a large body', {}, Buffer.alloc(65 * KIB)],
      ['a gzip bomb', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000 * KIB))],
      ['a bomb in a bomb', { 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync(Buffer.alloc(200_000 * KIB)))],
    ])('%s is cut off', async (_name, headers, bytes) => {
      handle = (_request, response) => void response.writeHead(200, headers).end(bytes);
      await expect(call()).rejects.toMatchObject({ code: 'response_too_large' });
    });

    it('an endless one is cut off at the limit', async () => {
      let sent = 0;
      handle = (_request, response) => {
        const pump = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(KIB))) sent += 1;
        };
        response.on('drain', pump);
        pump();
      };
      await expect(call()).rejects.toMatchObject({ code: 'response_too_large' });
      expect(sent).toBeLessThan(50 * KIB);
    });

    it.each([
      ['not gzip', { 'content-encoding': 'gzip' }],
      ['three layers', { 'content-encoding': 'gzip, gzip, gzip' }],
      ['unknown', { 'content-encoding': 'magic' }],
    ])('an encoding that is %s is refused', async (_name, headers) => {
      handle = (_request, response) => void response.writeHead(200, headers).end('plain');
      await expect(call()).rejects.toMatchObject({ code: 'invalid_response' });
    });

    it('an encoding that is refused closes the connection', async () => {
      const closed = new Promise<void>((resolve) => {
        handle = (_request, response) => {
          response.on('close', resolve);
          response.writeHead(200, { 'content-encoding': 'magic' }).write('endless');
        };
      });
      await expect(call()).rejects.toMatchObject({ code: 'invalid_response' });
      await closed;
    });

    it('HEAD has none, whatever its headers say', async () => {
      handle = (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 10 }).end();
      expect((await call({ method: 'HEAD' })).body).toHaveLength(0);
    });
  });

  describe('faults', () => {
    it('the signal ends a call at any moment with its reason', async () => {
      const reason = new Error('stopped');
      for (const stall of [
        () => undefined,
        (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write('x'),
      ]) {
        handle = stall;
        const control = new AbortController();
        setTimeout(() => control.abort(reason), 50);
        await expect(call({ signal: control.signal })).rejects.toBe(reason);
      }
    });

    it('a refused connection, a reset and nonsense are network errors', async () => {
      const closed = await startServer(() => undefined);
      await closed.close();
      const free = createOutbound({ allow: ['127.0.0.1'] });
      const url = new URL(closed.origin);
      const refused = free.call({
        url,
        method: 'GET',
        headers: {},
        maxRedirects: 0,
        maxBytes: 1,
        signal: AbortSignal.timeout(5_000),
      });
      await expect(refused).rejects.toMatchObject({ code: 'network_error', details: { reason: 'ECONNREFUSED' } });
      await free.close();

      handle = (request) => void request.socket.destroy();
      await expect(call()).rejects.toMatchObject({ code: 'network_error' });
      handle = (request) => void request.socket.end('nonsense\r\n\r\n');
      await expect(call()).rejects.toMatchObject({ code: 'network_error' });
      handle = (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('short');
        setTimeout(() => response.destroy(), 20);
      };
      await expect(call()).rejects.toMatchObject({ code: 'network_error' });
    });

    it('a header that would split the request is refused before it is sent', async () => {
      await expect(call({ headers: { 'x-a': 'b\r\nx-evil: 1' } })).rejects.toMatchObject({ code: 'invalid_params' });
      expect(seen).toHaveLength(0);
    });

    it('too many response headers are refused', async () => {
      handle = (_request, response) => {
        for (let n = 0; n < 1_000; n += 1) response.setHeader(`x-${n}`, 'x'.repeat(100));
        response.end();
      };
      await expect(call()).rejects.toMatchObject({ code: 'network_error' });
    });
  });
});
