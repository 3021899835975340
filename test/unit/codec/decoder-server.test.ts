import { defaultPayloadConverter } from '@temporalio/common';
import { request } from 'undici';
import { startDecoder } from '../../../src/codec/decoder-server';
import { createPayloadCodec } from '../../../src/codec/payload-codec';
import { createKeyring } from '../../../src/crypto/keyring';
import { findFreePort } from '../../../src/engines';
import { aKey } from '../../support/encryption-keys';
import { createRecordingLogger } from '../../support/recording-logger';

const UI = 'http://127.0.0.1:8233';
const codec = createPayloadCodec({ keyring: createKeyring([aKey('k1')]), encrypts: true });
const foreign = createPayloadCodec({ keyring: createKeyring([aKey('k9')]), encrypts: true });

describe('the decoder of the Temporal UI', () => {
  let port: number;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    port = await findFreePort();
    stop = await startDecoder({ codec, port, origins: [UI], logger: createRecordingLogger().logger });
  });
  afterAll(() => stop());

  const ask = async (
    path: string,
    {
      method = 'POST',
      body = '{"payloads":[]}',
      headers = {},
    }: { method?: 'POST' | 'GET' | 'OPTIONS'; body?: string; headers?: Record<string, string> } = {},
  ) => {
    const sent = method === 'POST' ? { body } : {};
    const reply = await request(`http://127.0.0.1:${port}${path}`, { method, headers: { origin: UI, ...headers }, ...sent });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  };
  /** As protocol buffers are written in JSON. */
  const asJson = (payload: { metadata?: Record<string, Uint8Array> | null; data?: Uint8Array | null }) => ({
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ),
    data: Buffer.from(payload.data ?? []).toString('base64'),
  });
  type Answer = { readonly payloads: readonly { readonly metadata: Record<string, string>; readonly data: string }[] };
  const clear = (payload: Answer['payloads'][number] | undefined): string =>
    Buffer.from(payload?.data ?? '', 'base64').toString();

  it('opens what can be opened and leaves the rest as it is', async () => {
    const plain = defaultPayloadConverter.toPayload('plain');
    const [mine] = await codec.encode([defaultPayloadConverter.toPayload('mine')]);
    const [other] = await foreign.encode([defaultPayloadConverter.toPayload('other')]);
    const sent = [mine, plain, other].map((payload) => asJson(payload ?? {}));
    const { status, headers, text } = await ask('/decode', { body: JSON.stringify({ payloads: sent }) });
    const { payloads } = JSON.parse(text) as Answer;
    expect([status, headers['access-control-allow-origin']]).toEqual([200, UI]);
    expect([clear(payloads[0]), clear(payloads[1]), payloads[2]]).toEqual(['"mine"', '"plain"', sent[2]]);
  });

  it('encrypts what the UI sends', async () => {
    const { text } = await ask('/encode', {
      body: JSON.stringify({ payloads: [asJson(defaultPayloadConverter.toPayload('x'))] }),
    });
    const [payload] = (JSON.parse(text) as Answer).payloads;
    expect(Buffer.from(payload?.metadata['encoding'] ?? '', 'base64').toString()).toBe('binary/encrypted');
  });

  it('answers the preflight of the UI', async () => {
    const { status, headers } = await ask('/decode', { method: 'OPTIONS' });
    expect([status, headers['access-control-allow-origin'], headers['access-control-allow-headers']]).toEqual([
      204,
      UI,
      'authorization, content-type, x-namespace',
    ]);
  });

  it.each([
    ['another origin', '/decode', { headers: { origin: 'http://evil.example' } }, 403],
    ['a null origin', '/decode', { headers: { origin: 'null' } }, 403],
    ['another host name', '/decode', { headers: { host: 'evil.example' } }, 421],
    ['another path', '/history', {}, 404],
    ['another method', '/decode', { method: 'GET' as const }, 404],
    ['a body that is no JSON', '/decode', { body: 'x' }, 400],
    ['a body of another form', '/decode', { body: '{"payloads":3}' }, 400],
  ])('%s is refused', async (_, path, options, status) => {
    const reply = await ask(path, options);
    expect(reply.status).toBe(status);
    if (status !== 404 && status !== 400) expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });
});
