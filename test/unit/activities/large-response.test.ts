import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { INFRASTRUCTURE_FAILURE, LIMITS, type ArtifactRef, type Json, type JsonObject } from '../../../src/flow';
import { createFileArtifactStore } from '../../../src/store/files';
import type { ArtifactStore } from '../../../src/store/ports';
import { startServer, type TestServer } from '../egress/servers';
import { createHarness, failureOf, inlineOf, outputOf, toCall, type Harness } from './harness';

const MIB = 1_024 * 1_024;

/** Writes part after part, as fast as the reader takes them; every `pauseMs` one when given. */
const stream = async (response: ServerResponse, part: Buffer, parts: number, pauseMs = 0): Promise<void> => {
  let goOn = (): void => undefined;
  for (const event of ['drain', 'close']) response.on(event, () => goOn());
  for (let n = 0; n < parts && !response.destroyed; n += 1) {
    if (!response.write(part)) await new Promise<void>((resolve) => (goOn = resolve));
    if (pauseMs > 0) await sleep(pauseMs);
  }
};
const streamAll = async (response: ServerResponse, part: Buffer, parts: number): Promise<void> => {
  await stream(response, part, parts);
  response.end();
};

let server: TestServer;
let root: string;
let artifacts: ArtifactStore;
let harness: Harness;
let answer: (response: ServerResponse) => void;
let closed: Promise<void>;
beforeAll(async () => {
  server = await startServer((request, response) => {
    request.resume();
    closed = new Promise((resolve) => void response.once('close', resolve));
    answer(response);
  });
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-large-'));
  artifacts = await createFileArtifactStore({ root });
  harness = createHarness({ artifacts });
});
afterEach(async () => {
  await harness.close();
  await rm(root, { recursive: true });
});
afterAll(() => server.close());

const toLarge = (params: JsonObject = {}, change: Parameters<typeof toCall>[2] = {}) =>
  toCall('httpRequest', { url: server.origin, ...params }, { timeoutMs: 30_000, ...change });
const call = (...given: Parameters<typeof toLarge>) => harness.activities.call(toLarge(...given));

const artifactOf = (output: Json): ArtifactRef => (output as unknown as { body: { artifact: ArtifactRef } }).body.artifact;

/** The files of the store, those of unfinished writes too. */
const files = async (): Promise<string[]> => {
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};
/** A write that was given up is cleared away behind the attempt's end. */
const becomesEmpty = async (): Promise<void> => {
  for (let n = 0; n < 50 && (await files()).length > 0; n += 1) await sleep(20);
  expect(await files()).toEqual([]);
};

describe('a body above 10 MiB becomes an artifact', () => {
  it('whole, with its type, and an output that refers to it', async () => {
    const part = randomBytes(64 * 1_024);
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      void streamAll(response, part, 192);
    };
    const result = await call({}, { reads: [['raw_body'], ['body', 'artifact', 'size']] });
    expect(result.action).toBe('success');
    const output = inlineOf(result.output);
    const whole = Buffer.concat(Array.from({ length: 192 }, () => part));
    expect(output).toEqual({
      status_code: 200,
      headers: expect.objectContaining({ 'content-type': 'application/json' }),
      body: {
        artifact: {
          store: 'files',
          key: expect.stringMatching(/^ws_1\/run_1\/[0-9a-f]{64}\.bin$/),
          size: 12 * MIB,
          type: 'application/json',
          sha256: createHash('sha256').update(whole).digest('hex'),
        },
      },
      timing_ms: expect.any(Number),
    });
    expect(whole.equals(await artifacts.get(artifactOf(output)))).toBe(true);
    expect(await files()).toHaveLength(1);
  });

  it('the same one when the attempt runs twice, another one in the next attempt', async () => {
    answer = (response) => void response.writeHead(200).end(Buffer.alloc(11 * MIB));
    const refOf = async (attempt: number) => artifactOf(await outputOf(call({}, { attempt })));
    const first = await refOf(1);
    expect(await refOf(1)).toEqual(first);
    expect((await refOf(2)).key).not.toBe(first.key);
    expect(first.type).toBe('application/octet-stream');
  });

  it('decompressed, whatever size it had on the wire', async () => {
    answer = (response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20 * MIB, 'x')));
    expect(await outputOf(call({ responseType: 'json' }))).toMatchObject({ body: { artifact: { size: 20 * MIB } } });
  });

  it('and one of exactly 10 MiB does not', async () => {
    answer = (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(Buffer.alloc(10 * MIB, 'x'));
    const { output } = await call();
    expect(output).toMatchObject({ kind: 'claim', ref: { type: 'application/json' } });
  });
});

describe('an endless body', () => {
  const part = Buffer.alloc(256 * 1_024, 'x');
  beforeEach(() => {
    answer = (response) => {
      response.writeHead(200);
      void stream(response, part, Infinity, 5);
    };
  });

  it('ends at the time limit and leaves nothing', async () => {
    expect(await failureOf(call({}, { timeoutMs: 800 }))).toMatchObject({ code: 'timeout', retryable: true });
    await closed;
    await becomesEmpty();
  });

  it('ends at a cancel, with its reason, and leaves nothing; heartbeats go on until then', async () => {
    const reason = new Error('cancelled');
    const running = call();
    while (!(await files()).some((name) => name.startsWith(join(root, '.tmp')))) await sleep(20);
    await sleep(1_000);
    expect(harness.beats()).toBeGreaterThan(0);
    harness.cancel.abort(reason);
    await expect(running).rejects.toBe(reason);
    await closed;
    await becomesEmpty();
  });

  it('ends at 1 GiB, with the memory of a small one', async () => {
    answer = (response) => {
      response.writeHead(200);
      void stream(response, part, Infinity);
    };
    let stored = 0;
    let most = 0;
    const before = process.memoryUsage().rss;
    const counting: ArtifactStore = {
      ...artifacts,
      async put(key, bytes) {
        for await (const one of bytes as AsyncIterable<Uint8Array>) {
          stored += one.length;
          if (stored % (8 * MIB) < one.length) most = Math.max(most, process.memoryUsage().rss - before);
        }
        throw new Error(`${key} is never whole`);
      },
    };
    const counted = createHarness({ artifacts: counting });
    expect(await failureOf(counted.activities.call(toLarge()))).toMatchObject({
      code: 'response_too_large',
      retryable: false,
      details: { limitBytes: LIMITS.httpArtifactBytes },
    });
    await counted.close();
    await closed;
    expect(stored).toBeGreaterThan(LIMITS.httpArtifactBytes - MIB);
    expect(most).toBeLessThan(200 * MIB);
  }, 30_000);

  it('is not begun when the server says that it is above 1 GiB', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': LIMITS.httpArtifactBytes + 1 });
      void stream(response, part, Infinity);
    };
    expect(await failureOf(call())).toMatchObject({ code: 'response_too_large', retryable: false });
    await closed;
    expect(await files()).toEqual([]);
  });
});

describe('a large body that breaks leaves nothing', () => {
  it('with its connection', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 20 * MIB });
      void stream(response, Buffer.alloc(MIB), 12).then(() => response.destroy());
    };
    expect(await failureOf(call())).toMatchObject({ code: 'network_error', retryable: true });
    await becomesEmpty();
  });

  it('in its encoding', async () => {
    const bytes = gzipSync(randomBytes(12 * MIB));
    bytes.fill(0, bytes.length - 8);
    answer = (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes);
    expect(await failureOf(call())).toMatchObject({ code: 'invalid_response', retryable: true });
    await becomesEmpty();
  });

  it('at the store, which is the infrastructure: Temporal tries again', async () => {
    answer = (response) => void response.writeHead(200).end(Buffer.alloc(20 * MIB));
    const full: ArtifactStore = { ...artifacts, put: () => Promise.reject(new Error('no space left')) };
    const failing = createHarness({ artifacts: full });
    await expect(failing.activities.call(toLarge())).rejects.toMatchObject({ type: INFRASTRUCTURE_FAILURE, nonRetryable: false });
    await closed;
    await failing.close();
  });
});

describe('what nobody needs is not stored', () => {
  it.each([
    [404, 'client_error'],
    [500, 'server_error'],
  ])('%i keeps the first 10 MiB, cut between characters, and its connection closes', async (status, code) => {
    answer = (response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).write('"');
      void stream(response, Buffer.from('ä'.repeat(MIB)), Infinity);
    };
    const failure = await failureOf(call({ responseType: 'json' }));
    expect(failure).toMatchObject({ code, status, message: `HTTP request failed with status ${status}` });
    await closed;
    if (failure.output?.kind !== 'claim') throw new Error('The output is no claim');
    const output = JSON.parse(Buffer.from(await artifacts.get(failure.output.ref)).toString('utf8')) as JsonObject;
    expect(output).toMatchObject({ status_code: status, truncated: true });
    expect(output['body']).toBe(`"${'ä'.repeat(5 * MIB - 1)}`);
    expect(await files()).toHaveLength(1);
  });

  it('bytes of a failure are cut too, also when no status fails', async () => {
    answer = (response) => void response.writeHead(503, { 'content-type': 'image/png' }).end(Buffer.alloc(11 * MIB));
    const { action, output } = await call({ failOn: 'never' }, { reads: [['truncated'], ['encoding']] });
    expect(action).toBe('server_error');
    expect(output).toMatchObject({
      known: expect.arrayContaining([
        [['truncated'], true],
        [['encoding'], 'base64'],
      ]),
    });
  });

  it.each([200, 502])('the answer %i to a webhook is dropped', async (status) => {
    answer = (response) => {
      response.writeHead(status);
      void stream(response, Buffer.alloc(MIB), Infinity);
    };
    const sending = harness.activities.call(toCall('webhook', { url: server.origin }));
    const value = status === 200 ? (await sending).output : (await failureOf(sending)).output;
    expect(inlineOf(value)).toMatchObject({ status_code: status, status: 'sent', body: null, truncated: true });
    await closed;
    expect(await files()).toEqual([]);
  });
});
