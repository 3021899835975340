import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../../src/store/ports';

const hostileKeys = [
  '',
  'one',
  '/a/b',
  'a/',
  'a//b',
  'a/../b',
  'a/..',
  '../a/b',
  'a/./b',
  'a/.../b',
  './a/b',
  'a\\..\\b/c',
  'a/b\u0000',
  'a/b\n',
  'a/b c',
  'a/%2e%2e/b',
  'a/b~c',
  'C:/a/b',
  'a/é',
  '.tmp/a',
  `a/${'x'.repeat(200)}`,
  `a${'/x'.repeat(300)}`,
  '~/a',
  'a/${b}',
];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (read: Uint8Array): string => new TextDecoder().decode(read);

export const artifactStoreSuite = (makeStore: () => Promise<ArtifactStore>): void => {
  describe('ArtifactStore', () => {
    let store: ArtifactStore;
    beforeAll(async () => {
      store = await makeStore();
    });

    test('bytes read back; the reference says size, type and sha256', async () => {
      const ref = await store.put('ws_1/run_1/each#3.json', bytes('{"a":1}'), 'application/json');
      const sha256 = createHash('sha256').update('{"a":1}').digest('hex');
      expect(ref).toMatchObject({ key: 'ws_1/run_1/each#3.json', size: 7, type: 'application/json', sha256 });
      expect(text(await store.get(ref))).toBe('{"a":1}');
      const parts: Uint8Array[] = [];
      for await (const part of await store.open(ref)) parts.push(part);
      expect(text(Buffer.concat(parts))).toBe('{"a":1}');
    });

    test('a stream is stored part by part', async () => {
      const parts = async function* () {
        for (let n = 0; n < 100; n += 1) yield bytes(`${n},`.repeat(1000));
      };
      const ref = await store.put('ws_1/run_1/stream', parts(), 'text/plain');
      expect((await store.get(ref)).length).toBe(ref.size);
    });

    test('a stream that fails stores nothing', async () => {
      const parts = async function* () {
        yield bytes('half');
        throw new Error('source failed');
      };
      await expect(store.put('ws_1/run_1/half', parts(), 'text/plain')).rejects.toThrow('source failed');
      const ref = {
        store: 'x',
        key: 'ws_1/run_1/half',
        size: 4,
        type: '',
        sha256: createHash('sha256').update('half').digest('hex'),
      };
      await expect(store.get(ref)).rejects.toMatchObject({ code: 'artifact_missing' });
    });

    test('the same key and bytes give the same reference; other bytes leave the first readable', async () => {
      const first = await store.put('ws_1/run_1/same', bytes('one'), 'text/plain');
      expect(await store.put('ws_1/run_1/same', bytes('one'), 'text/plain')).toEqual(first);
      const second = await store.put('ws_1/run_1/same', bytes('two'), 'text/plain');
      expect([text(await store.get(first)), text(await store.get(second))]).toEqual(['one', 'two']);
    });

    test('many writers of one key at once leave it whole', async () => {
      const body = bytes('x'.repeat(100_000));
      const refs = await Promise.all(Array.from({ length: 10 }, () => store.put('ws_1/run_1/race', body, 'text/plain')));
      for (const ref of refs) expect((await store.get(ref)).length).toBe(100_000);
    });

    test('a deleted artifact is missing; deleting it again is harmless', async () => {
      const ref = await store.put('ws_1/run_1/gone', bytes('x'), 'text/plain');
      await store.delete(ref);
      await store.delete(ref);
      await expect(store.get(ref)).rejects.toMatchObject({ code: 'artifact_missing' });
      await expect(store.open(ref)).rejects.toMatchObject({ code: 'artifact_missing' });
    });

    test('a reference that lies about the size is refused', async () => {
      const ref = await store.put('ws_1/run_1/size', bytes('xyz'), 'text/plain');
      await expect(store.get({ ...ref, size: 2 })).rejects.toMatchObject({ code: 'artifact_corrupt' });
    });

    test('the empty artifact is an artifact', async () => {
      const ref = await store.put('ws_1/run_1/empty', new Uint8Array(), 'text/plain');
      expect((await store.get(ref)).length).toBe(0);
    });

    test.each(hostileKeys)('the key %j is refused everywhere', async (key) => {
      const refused = { code: 'artifact_bad_key' };
      await expect(store.put(key, bytes('x'), 'text/plain')).rejects.toMatchObject(refused);
      const ref = { store: 'files', key, size: 1, type: '', sha256: 'a'.repeat(64) };
      await expect(store.get(ref)).rejects.toMatchObject(refused);
      await expect(store.open(ref)).rejects.toMatchObject(refused);
      await expect(store.delete(ref)).rejects.toMatchObject(refused);
    });

    test.each(['', '../../../etc/passwd', 'A'.repeat(64), 'a'.repeat(63)])('the digest %j is refused', async (sha256) => {
      const ref = { store: 'files', key: 'ws_1/run_1/x', size: 1, type: '', sha256 };
      await expect(store.get(ref)).rejects.toMatchObject({ code: 'artifact_corrupt' });
    });
  });
};
