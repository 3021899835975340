/** K1, K2, K5: secrets are used in every way that flows have, and then looked for everywhere. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createPayloadCodec } from '../../src/codec/payload-codec';
import { createKeyring } from '../../src/crypto/keyring';
import { createCanary, filesBelow } from '../support/canary';
import { TEST_KEYS } from '../support/encryption-keys';
import { startTestMongo, startTestTemporal, type TestMongo, type TestTemporal } from '../support/engines';
import { payloadsOf, rawHistory, readableText } from '../support/payloads';
import { createRecordingLogger } from '../support/recording-logger';
import { startStack, type Stack } from '../support/stack';
import type { Execution } from '../support/client';

const SECRETS: Readonly<Record<string, string>> = {
  SHORT: 'q7Zw!x2K',
  LONG: 'canary-4f9c1e7ab2d85360-9f8e7d6c5b4a3928-1122334455667788-aabbccd',
  QUOTES: `she said "canary-quoted" \\ and 'left'`,
  LINES: 'canary line one 8c1d\ncanary line two 9e2f',
  UNICODE: 'canäry-pässwörd-😀-ünïcode',
  JSON: '{"user":"canary-user-77ab","password":"canary-pass-31cd"}',
};

/** Says back whatever it was sent, in every place that an answer has. */
const startEcho = async (): Promise<{ readonly server: Server; readonly port: number; readonly heard: string[] }> => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      const { url = '', headers } = request;
      const said = JSON.stringify({ url, headers, body });
      heard.push(said);
      const status = url.startsWith('/fail') ? 500 : url.startsWith('/no') ? 404 : 200;
      const safe = encodeURIComponent(`${url} ${headers.authorization ?? ''}`);
      response.writeHead(status, {
        'content-type': 'application/json',
        'x-echo': safe,
        'x-plain': String(headers['x-key'] ?? ''),
        'set-cookie': `s=${Buffer.from(body).toString('base64').slice(0, 2_000)}`,
      });
      response.end(
        JSON.stringify({ said, hex: Buffer.from(body).toString('hex'), base64: Buffer.from(`x${body}`).toString('base64') }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, heard };
};

const all = (make: (name: string) => string): string => Object.keys(SECRETS).map(make).join(', ');
const caught = (type: string, params: string): string => `{ type: ${type}, params: ${params}, onError: continue }`;
/** Each node uses every secret in one way; the failing ones go on, so that all of them run. */
const flowOf = (url: string): string => `
metadata: { name: Canary }
nodes:
  header: ${caught('http.request', `{ url: "${url}/header", headers: { authorization: "Bearer {{ secrets.LONG }}", x-key: "{{ secrets.SHORT }}" } }`)}
  query: ${caught('http.request', `{ url: "${url}/query", query: { ${all((name) => `${name}: "{{ secrets.${name} }}"`)} } }`)}
  path: ${caught('http.request', `{ url: "${url}/path/{{ urlEncode(secrets.QUOTES) }}/{{ secrets.SHORT }}" }`)}
  body: ${caught('http.request', `{ url: "${url}/body", method: POST, body: { ${all((name) => `${name}: "{{ secrets.${name} }}"`)} } }`)}
  text: ${caught('http.request', `{ url: "${url}/text", method: POST, body: "{{ secrets.JSON }}" }`)}
  form: ${caught('http.request', `{ url: "${url}/form", method: POST, form_data: { ${all((name) => `${name}: "{{ secrets.${name} }}"`)} } }`)}
  basic: ${caught('http.request', `{ url: "${url}/basic", auth: { username: u, password: "{{ secrets.UNICODE }}" } }`)}
  hook: ${caught('webhook', `{ url: "${url}/hook", body: { ${all((name) => `${name}: "{{ secrets.${name} }}"`)} } }`)}
  fail: ${caught('http.request', `{ url: "${url}/fail/{{ secrets.SHORT }}", method: POST, body: "{{ secrets.LONG }}" }`)}
  missing: ${caught('http.request', `{ url: "${url}/no?k={{ secrets.LONG }}" }`)}
  refused: ${caught('http.request', '{ url: "http://127.0.0.1:9/{{ secrets.SHORT }}" }')}
  unknown: ${caught('http.request', '{ url: "http://{{ secrets.LONG }}.invalid/" }')}
  badUrl: ${caught('http.request', '{ url: "{{ secrets.QUOTES }}" }')}
  badHeader: ${caught('http.request', `{ url: "${url}/x", headers: { a: "{{ secrets.LINES }}" } }`)}
  badExpression: ${caught('http.request', `{ url: "${url}/x", headers: { a: "{{ int(secrets.LONG) }}", b: "{{ parseJson(secrets.QUOTES) }}" } }`)}
  script: { type: script, onError: continue, params: { input: { ${all((name) => `${name}: "{{ secrets.${name} }}"`)} }, code: "for (const v of Object.values(input)) { console.log('v ' + v); console.log(v.slice(0, 5)); console.log(v.slice(5)); console.log('y'.repeat(995) + v); } return { ...input, list: Object.values(input).map(encodeURIComponent) };" } }
  throws: { type: script, onError: continue, params: { input: "{{ secrets.LONG }}", code: "throw new Error('bad ' + input)" } }
  query2: { type: jsonata, onError: continue, params: { input: { v: "{{ secrets.LINES }}" }, expression: '{ "v": v, "u": $uppercase(v) }' } }
  end: { type: transform, needs: [header, query, path, body, text, form, basic, hook, fail, missing, refused, unknown, badUrl, badHeader, badExpression, script, throws, query2], params: { output: "{{ nodes }}" } }
`;

describe.each([
  ['on', true],
  ['off', false],
] as const)('with payload encryption %s', (_, encryptsPayloads) => {
  let temporal: TestTemporal;
  let mongo: TestMongo;
  let stack: Stack;
  let echo: Awaited<ReturnType<typeof startEcho>>;
  const { logger, lines } = createRecordingLogger();
  beforeAll(async () => {
    [temporal, mongo, echo] = await Promise.all([startTestTemporal(), startTestMongo(), startEcho()]);
    const egressAllow = [`127.0.0.1:${echo.port}`, '127.0.0.1:9'];
    stack = await startStack({ temporalAddress: temporal.address, mongodbUri: mongo.uri, egressAllow, encryptsPayloads, logger });
  }, 120_000);
  afterAll(async () => {
    await stack.stop();
    echo.server.closeAllConnections();
    await Promise.all([temporal.stop(), mongo.stop(), new Promise((resolve) => echo.server.close(resolve))]);
  });

  test('no secret is in a file of the databases, a history, an artifact, a log line or an answer', async () => {
    const { client } = stack;
    const answers: [string, unknown][] = [];
    const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
      const answer = await client.ask(method, path, body === undefined ? {} : { body });
      answers.push([`${method} ${path} ${answer.status}`, [answer.body, [...answer.headers]]]);
    };
    const { accounts } = await client.get<{ accounts: { id: string }[] }>('GET', '/api/v1/accounts');
    const owner = `/api/v1/accounts/${accounts[0]?.id ?? ''}/secrets`;
    for (const [key, value] of Object.entries(SECRETS)) await ask('POST', owner, { key, value });
    const flow = await client.save(flowOf(`http://127.0.0.1:${echo.port}`));
    const id = await client.begin(flow);
    const run: Execution = await client.execution(id, 50);
    expect(run.state).toBe('DONE');
    // They went out: nothing was found because nothing happened would be no finding.
    for (const text of [SECRETS['SHORT'], SECRETS['LONG']]) expect(echo.heard.join('\n')).toContain(text);
    expect(echo.heard.length).toBeGreaterThanOrEqual(9);

    const views = ['', '/journal?limit=100', '/logs?limit=100', '/nodes', '/explain'].map(
      (view) => `/api/v1/executions/${id}${view}`,
    );
    for (const path of [...views, '/api/v1/executions', `/api/v1/flows/${flow}`, `/api/v1/flows/${flow}/versions/1`])
      await ask('GET', path);
    for (const path of [owner, `${owner}/LONG/usage`, '/api/v1/audit', '/openapi.json']) await ask('GET', path);
    await ask('POST', owner, { key: 'LONG', value: SECRETS['LONG'] });
    await ask('PUT', `${owner}/LONG`, { value: SECRETS['LONG'], allowed_hosts: ['bad host'] });

    const canary = createCanary(`K1 canary, encryption ${encryptsPayloads ? 'on' : 'off'}`, Object.values(SECRETS));
    for (const [place, answer] of answers) canary.search(place, JSON.stringify(answer));
    canary.search('log', JSON.stringify(lines));
    const history = await rawHistory(temporal.address, stack.namespace, id);
    const codec = createPayloadCodec({ keyring: createKeyring(TEST_KEYS), encrypts: true });
    const payloads = await codec.decode(payloadsOf(history).map((payload) => payload as never));
    expect(payloads.length).toBeGreaterThan(20);
    for (const [n, { data }] of payloads.entries()) canary.search(`payload ${n}`, Buffer.from(data ?? []).toString('utf8'));
    canary.search('history', readableText(history));
    const folders = [dirname(temporal.dbFile), mongo.directory, stack.dataDir];
    const files = (await Promise.all(folders.map(filesBelow))).flat();
    expect(files.length).toBeGreaterThan(2);
    for (const { name, text } of files) canary.search(name, text);
    canary.expectNone(1_000);
  }, 120_000);
});
