import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallName, Json, JsonObject } from '../../../../src/flow';
import { createMemoryStores } from '../../../../src/store/memory';
import type { Stores } from '../../../../src/store/ports';
import { aVersion, at } from '../../../contract/store-factories';
import { readAll, startServer, type TestServer } from '../../egress/servers';
import { createHarness, failureOf, inlineOf, inlineScope, outputOf, RUN, toCall, type Harness } from '../harness';

const SECRET = 'tok_5f2c9aab77e1';
const OWNER = { workspace: RUN.workspace, account: 'acct_1' };

describe('secrets in calls (X14)', () => {
  let server: TestServer;
  let harness: Harness;
  let stores: Stores;
  let seen: { readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  beforeAll(async () => {
    const listen = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { url = '', headers } = request;
      seen.push({ url, headers, body: await readAll(request) });
      answer(response, request);
    };
    server = await startServer((request, response) => void listen(request, response));
  });
  beforeEach(async () => {
    seen = [];
    answer = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    stores = createMemoryStores();
    harness = createHarness({ stores, allow: [`127.0.0.1:${server.port}`, `localhost:${server.port}`] });
    await harness.deps.stores.flows.insertVersion(aVersion({ flowId: 'flow_1', savedBy: OWNER.account }));
    await keep('API_KEY', SECRET);
  });
  afterEach(() => harness.close());
  afterAll(() => server.close());

  const keep = (key: string, value: string, allowedHosts: readonly string[] = []) =>
    harness.deps.stores.secrets.create(OWNER, { key, value, allowedHosts }, at(0));
  const call = (activity: CallName, template: JsonObject, raw: JsonObject = {}, values: JsonObject = {}) => {
    const input = toCall(activity, {}, { params: { kind: 'source', template, raw, scope: inlineScope(values) } });
    return harness.activities.call({ ...input, context: { ...input.context, version: 1 } });
  };
  const get = (template: JsonObject, values: JsonObject = {}) =>
    call('httpRequest', { url: `${server.origin}/a`, ...template }, {}, values);

  it('go out where the flow put them, and come back masked', async () => {
    answer = (response, { headers, url }) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'x-echo': String(headers['authorization']) })
        .end(JSON.stringify({ headers, url }));
    const done = await get(
      {
        method: 'POST',
        headers: { authorization: 'Bearer {{ secrets.API_KEY }}' },
        query: { key: '{{ secrets.API_KEY }}', n: '{{ input.n }}' },
        body: { basic: '{{ base64Encode("u:" + secrets.API_KEY) }}' },
      },
      { input: { n: 7 } },
    );
    expect(seen).toMatchObject([{ url: `/a?key=${SECRET}&n=7`, headers: { authorization: `Bearer ${SECRET}` } }]);
    expect(seen[0]?.body).toBe(JSON.stringify({ basic: Buffer.from(`u:${SECRET}`).toString('base64') }));
    expect(inlineOf(done.output)).toMatchObject({
      headers: { 'x-echo': 'Bearer ***' },
      body: { headers: { authorization: 'Bearer ***' }, url: '/a?key=***&n=7' },
    });
    expect(JSON.stringify(done)).not.toContain(SECRET);
  });

  it('are masked also as what an expression made of them', async () => {
    answer = (response, { headers }) => void response.writeHead(200).end(headers['x-shout']);
    expect(await outputOf(get({ headers: { 'x-shout': '{{ upper(secrets.API_KEY) }}' } }))).toMatchObject({ body: '***' });
    expect(seen[0]?.headers['x-shout']).toBe(SECRET.toUpperCase());
  });

  it('do not stand in failures', async () => {
    answer = (response, { url }) => void response.writeHead(500, { 'content-type': 'text/plain' }).end(`no ${url ?? ''}`);
    const refused = await failureOf(
      get({ url: `${server.origin}/{{ secrets.API_KEY }}`, query: { q: '{{ secrets.API_KEY }}' } }),
    );
    expect(refused).toMatchObject({ code: 'server_error', status: 500 });
    const unreadable = await failureOf(get({ url: 'nowhere {{ secrets.API_KEY }}' }));
    const failing = await failureOf(get({ headers: { a: '{{ int(secrets.API_KEY) }}' } }));
    const unknown = await failureOf(get({ url: 'http://{{ secrets.API_KEY }}.invalid/' }));
    for (const failure of [refused, unreadable, failing, unknown]) expect(JSON.stringify(failure)).not.toContain(SECRET);
    expect(harness.lines.map((line) => JSON.stringify(line)).join('\n')).not.toContain(SECRET);
  });

  it('of another account of the workspace are not found', async () => {
    await harness.deps.stores.secrets.create(
      { ...OWNER, account: 'acct_2' },
      { key: 'THEIRS', value: 'their value', allowedHosts: [] },
      at(0),
    );
    expect(await failureOf(get({ headers: { a: '{{ secrets.THEIRS }}' } }))).toMatchObject({
      code: 'secret_missing',
      retryable: false,
      details: { secrets: ['THEIRS'] },
    });
    expect(seen).toEqual([]);
  });

  it('that are missing fail the node, unless there is a default', async () => {
    expect(await failureOf(get({ headers: { a: '{{ secrets.NONE }}', b: '{{ secrets.OTHER ?? "x" }}' } }))).toMatchObject({
      code: 'secret_missing',
      details: { secrets: ['NONE'] },
    });
    answer = (response, { headers }) => void response.writeHead(200).end(headers['x-who']);
    expect(await outputOf(get({ headers: { 'x-who': '{{ secrets.NONE ?? "anonymous" }}' } }))).toMatchObject({
      body: 'anonymous',
    });
  });

  it('that vanish between two attempts fail the second', async () => {
    await get({ headers: { a: '{{ secrets.API_KEY }}' } });
    await harness.deps.stores.secrets.delete(OWNER, 'API_KEY');
    expect(await failureOf(get({ headers: { a: '{{ secrets.API_KEY }}' } }))).toMatchObject({ code: 'secret_missing' });
    expect(seen).toHaveLength(1);
  });

  describe('that are bound to hosts', () => {
    beforeEach(() => keep('BOUND', 'a bound value', [`127.0.0.1:${server.port}`]));
    const header = { headers: { authorization: '{{ secrets.BOUND }}' } };

    it('reach these', async () => {
      await get(header);
      expect(seen).toHaveLength(1);
    });
    it('reach no other: nothing is sent', async () => {
      const url = `http://localhost:${server.port}/a`;
      expect(await failureOf(get({ ...header, url }))).toMatchObject({
        code: 'secret_host_not_allowed',
        details: { secret: 'BOUND' },
      });
      expect(seen).toEqual([]);
    });
    it.each([302, 307])('do not follow a %s to another', async (status) => {
      answer = (response) => void response.writeHead(status, { location: `http://localhost:${server.port}/b` }).end();
      const sent = get({ method: 'POST', body: { it: '{{ secrets.BOUND }}' } });
      expect(await failureOf(sent)).toMatchObject({ code: 'secret_host_not_allowed' });
      expect(seen.map(({ url }) => url)).toEqual(['/a']);
    });
    it('are not given to code, which could hand them on', async () => {
      const ran = call('script', { input: '{{ secrets.BOUND }}' }, { code: 'return 1' });
      expect(await failureOf(ran)).toMatchObject({ code: 'secret_host_not_allowed' });
    });
  });

  it('are masked in results, errors and lines of code, also when a line is cut or two share one', async () => {
    const code = `
      console.log('got ' + input.key);
      console.log(input.key.slice(0, 6)); console.log(input.key.slice(6));
      console.log('x'.repeat(990) + input.key);
      if (input.fail) throw new Error('bad ' + input.key);
      return { key: input.key, [input.key]: 1 };`;
    const input = (fail: boolean): JsonObject => ({ input: { key: '{{ secrets.API_KEY }}', fail } });
    expect(await outputOf(call('script', input(false), { code }))).toEqual({ key: '***', '***': 1 });
    expect(await failureOf(call('script', input(true), { code }))).toMatchObject({
      code: 'script_error',
      message: expect.stringContaining('bad ***') as string,
    });
    const [chunk] = await stores.sideLog.list(RUN.runId);
    expect(chunk?.lines.map(({ message }) => message.replace(/x+/, 'x…'))).toEqual(['got ***', '***', '', 'x…***']);
  });

  it('go into JSONata', async () => {
    const ran = call('jsonata', { input: { key: '{{ secrets.API_KEY }}' } }, { expression: '"v " & key' });
    expect(await outputOf(ran)).toBe('v ***');
  });

  it('are masked in a response that is streamed into the artifact store', async () => {
    const big = `${'x'.repeat(11 * 1_024 * 1_024)}${SECRET}${'y'.repeat(70_000)}${SECRET}`;
    answer = (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(big);
    const { body } = (await outputOf(get({ headers: { a: '{{ secrets.API_KEY }}' } }))) as { body: { artifact: never } };
    const kept = Buffer.from(await harness.deps.artifacts.get(body.artifact)).toString('latin1');
    expect(kept.replaceAll(/[xy]{2,}/g, '…')).toBe('…***…***');
  });

  it('take the clock and the ids of the workflow', async () => {
    const template: Json = { a: '{{ secrets.API_KEY }}', at: '{{ now() }}', id: '{{ uuid() }}' };
    const ask = () => outputOf(call('script', { input: template }, { code: 'return input' }));
    const first = await ask();
    expect(first).toMatchObject({ a: '***', at: '2026-11-24T12:00:00.000Z' });
    expect(await ask()).toEqual(first);
  });
});
