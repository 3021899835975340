import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download, fetchText } from '../../../src/engines/install/download';
import { findFreePort } from '../../../src/engines/ports';
import { playServer, type LocalServer } from './local-server';

const BYTES = Buffer.alloc(300_000, 'reprise');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const limits = { answerMs: 300, windowMs: 300, windowBytes: 64 * 1024 };

describe('download', () => {
  let folder: string;
  let server: LocalServer | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reprise-download-'));
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(folder, { recursive: true });
  });
  const get = async (listener: RequestListener, sha256 = SHA256) => {
    server = await playServer(listener);
    return download({ url: `${server.url}/engine.tgz`, to: join(folder, 'engine'), sha256, report: () => undefined, limits });
  };

  test('reachable: the file arrives', async () => {
    await get((_request, response) => void response.end(BYTES));
    expect((await readFile(join(folder, 'engine'))).equals(BYTES)).toBe(true);
  });

  test('follows the redirect of a release page', async () => {
    await get((request, response) => {
      if (request.url === '/engine.tgz') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.end(BYTES);
    });
    expect(existsSync(join(folder, 'engine'))).toBe(true);
  });

  test('wrong checksum: refused, nothing stays', async () => {
    await expect(get((_request, response) => void response.end(BYTES), 'a'.repeat(64))).rejects.toThrow(/wrong checksum/);
    expect(existsSync(join(folder, 'engine'))).toBe(false);
  });

  test('404: says the status', async () => {
    await expect(get((_request, response) => void response.writeHead(404).end())).rejects.toThrow(
      /answered 404 for \/engine.tgz/,
    );
  });

  test('hanging before the answer: given up in time', async () => {
    const started = Date.now();
    await expect(get(() => undefined)).rejects.toThrow(/did not answer within 0.3 s/);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  test('hanging in the middle: given up in time, nothing stays', async () => {
    await expect(get((_request, response) => void response.write(BYTES.subarray(0, 100_000)))).rejects.toThrow(
      /sent less than 64 KiB/,
    );
    expect(existsSync(join(folder, 'engine'))).toBe(false);
  });

  test('slow: a trickle does not count as progress', async () => {
    const timers: NodeJS.Timeout[] = [];
    await expect(
      get((_request, response) => void timers.push(setInterval(() => response.write('x'.repeat(100)), 20))),
    ).rejects.toThrow(/sent less than 64 KiB/);
    timers.forEach(clearInterval);
  });

  test('cut off: says so', async () => {
    await expect(
      get((_request, response) => {
        response.writeHead(200, { 'content-length': String(BYTES.length) });
        response.write(BYTES.subarray(0, 1_000), () => response.destroy());
      }),
    ).rejects.toThrow(/broke the connection off/);
  });

  test('unreachable: says why', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}/engine.tgz`;
    await expect(download({ url, to: join(folder, 'engine'), sha256: SHA256, report: () => undefined, limits })).rejects.toThrow(
      /cannot be reached \(ECONNREFUSED\)/,
    );
  });

  test('a checksum list that is no list is refused by size', async () => {
    server = await playServer((_request, response) => void response.end(Buffer.alloc(2 * 1024 * 1024)));
    await expect(fetchText(server.url, limits)).rejects.toThrow(/larger than a checksum list/);
  });
});
