import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../../src/flow';
import { readAll, startServer, type TestServer } from '../egress/servers';
import { createHarness, failureOf, inlineOf, NOW, outputOf, toCall, type Harness } from './harness';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('http.request', () => {
  let server: TestServer;
  let harness: Harness;
  let seen: Seen[] = [];
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  beforeAll(async () => {
    const listen = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: await readAll(request) });
      answer(response, request);
    };
    server = await startServer((request, response) => void listen(request, response));
    harness = createHarness({ allow: [`127.0.0.1:${server.port}`] });
  });
  beforeEach(() => {
    seen = [];
    answer = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
  afterAll(async () => {
    await harness.close();
    await server.close();
  });
  const call = (params: JsonObject = {}, change: Parameters<typeof toCall>[2] = {}) =>
    harness.activities.call(toCall('httpRequest', { url: `${server.origin}/a`, ...params }, change));

  describe('sends', () => {
    it('method, query, headers and JSON', async () => {
      await call({
        method: 'post',
        query: { q: 'a b', n: 1, many: ['x', 'y'], none: null },
        headers: { 'X-A': 1, 'X-None': null },
        body: { a: [1] },
      });
      expect(seen[0]).toMatchObject({
        method: 'POST',
        url: '/a?q=a+b&n=1&many=x&many=y',
        headers: { 'x-a': '1', 'content-type': 'application/json', 'user-agent': 'Reprise', 'idempotency-key': 'idem_1' },
        body: '{"a":[1]}',
      });
      expect(seen[0]?.headers).not.toHaveProperty('x-none');
    });

    it('text as it is, forms url-encoded, other scalars as JSON', async () => {
      await call({ method: 'PUT', body: '<a/>', headers: { 'Content-Type': 'application/xml' } });
      await call({ method: 'POST', form_data: { a: 'ä &', n: 5 } });
      await call({ method: 'POST', body: null });
      expect(seen.map(({ body }) => body)).toEqual(['<a/>', 'a=%C3%A4+%26&n=5', 'null']);
      expect(seen.map(({ headers }) => headers['content-type'])).toEqual([
        'application/xml',
        'application/x-www-form-urlencoded',
        'application/json',
      ]);
    });

    it.each<[string, JsonObject, string, string]>([
      ['basic', { username: 'u', password: 'p:ä' }, 'authorization', `Basic ${Buffer.from('u:p:ä').toString('base64')}`],
      ['bearer', { token: 't' }, 'authorization', 'Bearer t'],
      ['key', { api_key: 'k' }, 'x-api-key', 'k'],
      ['named key', { api_key: 7, key_name: 'X-Other' }, 'x-other', '7'],
    ])('%s credentials', async (_name, auth, header, value) => {
      await call({ auth });
      expect(seen[0]?.headers[header]).toBe(value);
    });

    it('the same idempotency key in every attempt, unless the flow sets one', async () => {
      await call({}, { attempt: 1 });
      await call({}, { attempt: 2 });
      await call({ headers: { 'Idempotency-Key': 'mine' } });
      expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['idem_1', 'idem_1', 'mine']);
    });
  });

  describe('answers', () => {
    const bodyOf = async (params: JsonObject = {}): Promise<Json> =>
      ((await outputOf(call(params))) as JsonObject)['body'] ?? null;
    const respond = (body: string | Buffer, type?: string): void => {
      answer = (response) => void response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body);
    };

    it('2xx with success, output and a log line without secrets', async () => {
      answer = (response) =>
        void response
          .writeHead(201, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], 'x-a': '1' })
          .end('{"id":7}');
      const result = await call({ query: { token: 'hidden', page: 2 } });
      expect(result).toMatchObject({
        action: 'success',
        log: {
          level: 'info',
          message: 'HTTP request successful',
          data: { status_code: 201, url: `${server.origin}/a?token=***&page=2` },
        },
      });
      expect(inlineOf(result.output)).toEqual({
        status_code: 201,
        headers: expect.objectContaining({ 'set-cookie': ['a=1', 'b=2'], 'x-a': '1' }),
        body: { id: 7 },
        timing_ms: expect.any(Number),
      });
    });

    it.each<[string, string | Buffer, string | undefined, Json]>([
      ['JSON', '[1]', 'application/json', [1]],
      ['JSON of a vendor', '{"a":1}', 'application/vnd.api+json; charset=utf-8', { a: 1 }],
      ['broken JSON as text', '{"a":', 'application/json', '{"a":'],
      ['text', 'hällo', 'text/plain', 'hällo'],
      ['text in Latin-1', Buffer.from('h\xe4llo', 'latin1'), 'text/plain; charset=iso-8859-1', 'hällo'],
      ['text without a type', 'plain', undefined, 'plain'],
      ['nothing', '', 'application/json', null],
      ['bytes', Buffer.from([0, 255, 1]), 'image/png', 'AP8B'],
      ['bytes that claim to be text', Buffer.from([0xff, 0xfe, 0xfd]), 'text/plain', '//79'],
      ['an unknown charset as UTF-8', 'ä', 'text/plain; charset=klingon', 'ä'],
    ])('%s', async (_name, body, type, expected) => {
      respond(body, type);
      expect(await bodyOf()).toEqual(expected);
    });

    it('as the flow wants them read', async () => {
      respond('{"a":1}', 'text/plain');
      expect(await bodyOf({ responseType: 'json' })).toEqual({ a: 1 });
      respond('{"a":1}', 'application/json');
      expect(await bodyOf({ responseType: 'text' })).toBe('{"a":1}');
      expect(await outputOf(call({ responseType: 'binary' }))).toMatchObject({ body: 'eyJhIjoxfQ==', encoding: 'base64' });
      respond('no', 'text/plain');
      expect(await failureOf(call({ responseType: 'json' }))).toMatchObject({ code: 'invalid_response' });
    });

    it('with the raw text only for a flow that reads it', async () => {
      expect(await outputOf(call())).not.toHaveProperty('raw_body');
      expect(await outputOf(call({}, { reads: [['raw_body']] }))).toMatchObject({ body: { ok: true }, raw_body: '{"ok":true}' });
    });

    it('a large body as a claim with the parts that are read', async () => {
      respond(JSON.stringify({ total: 3, rows: 'x'.repeat(40_000) }), 'application/json');
      const { output } = await call(
        {},
        {
          reads: [
            ['body', 'total'],
            ['body', 'none'],
            ['body', 'rows'],
          ],
        },
      );
      expect(output).toMatchObject({ kind: 'claim', known: [[['body', 'total'], 3]] });
    });

    it('redirects, followed or not', async () => {
      answer = (response, request) =>
        void (request.url === '/end' ? response.end('end') : response.writeHead(302, { location: '/end' }).end());
      expect(await bodyOf()).toBe('end');
      expect(await call({ follow_redirects: false })).toMatchObject({
        action: 'default',
        output: { value: { status_code: 302 } },
      });
    });
  });

  describe('fails', () => {
    const status = (code: number, headers: Record<string, string> = {}): void => {
      answer = (response) => void response.writeHead(code, { 'content-type': 'application/json', ...headers }).end('{"why":"x"}');
    };

    it.each([
      [400, 'client_error', false],
      [404, 'client_error', false],
      [408, 'client_error', true],
      [425, 'client_error', true],
      [429, 'client_error', true],
      [500, 'server_error', true],
      [503, 'server_error', true],
    ])('%i as %s, retryable %p', async (code, name, retryable) => {
      status(code);
      expect(await failureOf(call())).toMatchObject({
        code: name,
        message: `HTTP request failed with status ${code}`,
        status: code,
        retryable,
        action: name,
        nodePath: 'node',
        output: { kind: 'inline', value: { status_code: code, body: { why: 'x' } } },
      });
    });

    it.each([
      ['120', 120_000],
      ['0', 0],
      [new Date(NOW + 5_000).toUTCString(), 5_000],
      [new Date(NOW - 5_000).toUTCString(), 0],
      ['99999999', 86_400_000],
      ['soon', undefined],
    ])('with Retry-After %s', async (value, ms) => {
      status(503, { 'retry-after': value });
      expect((await failureOf(call())).retryAfterMs).toBe(ms);
    });

    it('never when the flow says so: the status is an action', async () => {
      status(404);
      expect(await call({ failOn: 'never' })).toMatchObject({ action: 'client_error', output: { value: { status_code: 404 } } });
      status(500);
      expect(await call({ failOn: 'never' })).toMatchObject({ action: 'server_error' });
    });

    it('by its status, whatever the body should have been', async () => {
      answer = (response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>no</h1>');
      expect(await failureOf(call({ responseType: 'json' }))).toMatchObject({
        code: 'server_error',
        output: { value: { body: '<h1>no</h1>' } },
      });
    });

    it('at its time limit', async () => {
      answer = () => undefined;
      const startedAt = performance.now();
      expect(await failureOf(call({}, { timeoutMs: 100 }))).toMatchObject({ code: 'timeout', retryable: true });
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    });

    it('where the guard refuses', async () => {
      expect(await failureOf(call({ url: 'http://169.254.169.254/latest' }))).toMatchObject({
        code: 'egress_denied',
        retryable: false,
      });
      expect(await failureOf(call({ url: 'file:///etc/passwd' }))).toMatchObject({ code: 'egress_denied' });
      expect(await failureOf(call({ url: `http://u:p@127.0.0.1:${server.port}/` }))).toMatchObject({ code: 'egress_denied' });
    });

    it.each<[string, JsonObject, string]>([
      ['a URL that is none', { url: 'shop' }, 'url'],
      ['a URL of another type', { url: 5 }, 'url'],
      ['an unknown method', { method: 'BREW' }, 'method'],
      ['headers of another type', { headers: 'a: b' }, 'headers'],
      ['a header value of another type', { headers: { a: {} } }, 'headers.a'],
      ['a header that splits the request', { headers: { a: 'b\r\nx: y' } }, 'headers.a'],
      ['a header of the connection', { headers: { Host: 'other' } }, 'headers.Host'],
      ['a header name that is none', { headers: { 'a b': 'c' } }, 'headers'],
      ['credentials without any', { auth: {} }, 'auth'],
      ['a credential that splits the request', { auth: { token: 'a\nb' } }, 'auth'],
      ['a flag of another type', { follow_redirects: 'yes' }, 'follow_redirects'],
    ])('before it sends: %s', async (_name, params, param) => {
      const failure = await failureOf(call(params));
      expect(failure).toMatchObject({ code: 'invalid_params', retryable: false, details: { param } });
      expect(failure.message).toContain(`\`${param}\``);
      expect(seen).toHaveLength(0);
    });
  });

  it('stops when it is cancelled, with the reason of the cancellation', async () => {
    const reason = new Error('cancelled');
    const cancelled = createHarness();
    answer = () => undefined;
    const running = cancelled.activities.call(toCall('httpRequest', { url: server.origin }));
    setTimeout(() => cancelled.cancel.abort(reason), 50);
    await expect(running).rejects.toBe(reason);
    await expect(cancelled.activities.call(toCall('httpRequest', { url: server.origin }))).rejects.toBe(reason);
    await cancelled.close();
  });

  it('heartbeats while it waits', async () => {
    answer = (response) => void setTimeout(() => response.end(), 1_200);
    const before = harness.beats();
    await call();
    expect(harness.beats()).toBe(before + 1);
  });
});

describe('webhook', () => {
  let server: TestServer;
  let harness: Harness;
  const seen: Seen[] = [];
  let status = 200;
  beforeAll(async () => {
    const listen = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: await readAll(request) });
      response.writeHead(status, { location: '/other' }).end('thanks');
    };
    server = await startServer((request, response) => void listen(request, response));
    harness = createHarness();
  });
  afterAll(async () => {
    await harness.close();
    await server.close();
  });
  const send = (params: JsonObject) => harness.activities.call(toCall('webhook', { url: server.origin, ...params }));

  it('posts JSON and says sent', async () => {
    const result = await send({ body: { total: 3 } });
    expect(result).toMatchObject({ action: 'success', log: { message: 'Webhook sent' } });
    expect(inlineOf(result.output)).toMatchObject({ status_code: 200, status: 'sent', body: 'thanks' });
    expect(seen[0]).toMatchObject({ method: 'POST', body: '{"total":3}', headers: { 'idempotency-key': 'idem_1' } });
    await send({});
    expect(seen[1]?.body).toBe('{}');
  });

  it('fails as http.request does, and does not follow redirects', async () => {
    status = 502;
    expect(await failureOf(send({}))).toMatchObject({ code: 'server_error', action: 'server_error', retryable: true });
    status = 307;
    expect(await send({})).toMatchObject({ action: 'default', output: { value: { status_code: 307 } } });
  });
});
