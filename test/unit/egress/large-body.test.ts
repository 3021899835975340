import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createOutbound, type LargeTaker, type Outbound } from '../../../src/egress';
import { startServer, type TestServer } from './servers';

const KIB = 1_024;

describe('a body above its limit, with a taker', () => {
  let server: TestServer;
  let outbound: Outbound;
  let answer: (response: ServerResponse) => void;
  let closed: Promise<void>;
  beforeAll(async () => {
    server = await startServer((_request, response) => {
      closed = new Promise((resolve) => void response.once('close', resolve));
      answer(response);
    });
    outbound = createOutbound({ allow: ['127.0.0.1'] });
  });
  afterAll(async () => {
    await outbound.close();
    await server.close();
  });

  const call = <L>(take: LargeTaker<L>['take'], maxBytes = 1_000 * KIB, signal = AbortSignal.timeout(5_000)) =>
    outbound.call({
      url: new URL(server.origin),
      method: 'GET',
      headers: {},
      maxRedirects: 0,
      maxBytes: 64 * KIB,
      large: { maxBytes, take },
      signal,
    });
  const endless = (response: ServerResponse): void => {
    const pump = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(KIB)));
    };
    response.on('drain', pump);
    pump();
  };
  const sizeOf: LargeTaker<number>['take'] = async (_head, parts) => {
    let size = 0;
    for await (const part of parts) size += part.length;
    return size;
  };

  it('is taken from its first byte on, with status and headers', async () => {
    answer = (response) => void response.writeHead(201, { 'x-a': '1' }).end(Buffer.alloc(65 * KIB));
    const response = await call(async (head, parts) => ({ head, size: await sizeOf(head, parts) }));
    expect(response).toMatchObject({ status: 201, body: { head: { status: 201, headers: { 'x-a': '1' } }, size: 65 * KIB } });
  });

  it('leaves the connection to the next call when it was read to its end', async () => {
    answer = (response) => void response.end(Buffer.alloc(65 * KIB));
    await call(sizeOf);
    const before = server.connections();
    await call(sizeOf);
    expect(server.connections()).toBe(before);
  });

  it('is left alone up to the limit', async () => {
    answer = (response) => void response.end(Buffer.alloc(64 * KIB));
    expect((await call(() => Promise.reject(new Error('taken')))).body).toHaveLength(64 * KIB);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['an endless one', endless],
    [
      'a bomb',
      (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000 * KIB))),
    ],
    [
      'a bomb in a bomb',
      (response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(gzipSync(Buffer.alloc(50_000 * KIB)))),
    ],
  ])('%s ends at the limit of the taker', async (_name, respond) => {
    answer = respond;
    let taken = 0;
    const counting: LargeTaker<void>['take'] = async (_head, parts) => {
      for await (const part of parts) taken += part.length;
    };
    await expect(call(counting)).rejects.toMatchObject({ code: 'response_too_large', details: { limitBytes: 1_000 * KIB } });
    expect(taken).toBeLessThanOrEqual(1_000 * KIB);
    await closed;
  });

  it.each<[string, LargeTaker<string>['take']]>([
    ['none of it', async () => 'enough'],
    [
      'a part of it',
      async (_head, parts) => {
        for await (const part of parts) if (part.length > 0) break;
        return 'enough';
      },
    ],
  ])('closes its connection when the taker wants %s', async (_name, take) => {
    answer = endless;
    expect((await call(take)).body).toBe('enough');
    await closed;
  });

  it('throws what its taker throws, as it is', async () => {
    answer = endless;
    const error = new Error('the disk is full');
    await expect(call(() => Promise.reject(error))).rejects.toBe(error);
    await closed;
  });

  it('throws into its taker when the connection breaks, and what the signal says when that aborts', async () => {
    let seen: unknown;
    const watching: LargeTaker<number>['take'] = async (head, parts) => {
      try {
        return await sizeOf(head, parts);
      } catch (error) {
        seen = error;
        throw error;
      }
    };
    answer = (response) => {
      response.writeHead(200, { 'content-length': 100 * KIB }).write(Buffer.alloc(70 * KIB));
      setTimeout(() => response.destroy(), 50);
    };
    await expect(call(watching)).rejects.toMatchObject({ code: 'network_error' });
    expect(seen).toMatchObject({ code: 'network_error' });

    answer = (response) => void response.writeHead(200).write(Buffer.alloc(70 * KIB));
    const control = new AbortController();
    const reason = new Error('stopped');
    setTimeout(() => control.abort(reason), 50);
    await expect(call(watching, undefined, control.signal)).rejects.toBe(reason);
    await closed;
  });
});
