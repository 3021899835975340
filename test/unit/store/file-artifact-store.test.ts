import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileArtifactStore } from '../../../src/store/files';
import { artifactStoreSuite } from '../../contract/artifact-store.suite';

const root = mkdtempSync(join(tmpdir(), 'reprise-artifacts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const bytes = new TextEncoder().encode('hello');
const files = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('files', () => {
  artifactStoreSuite(() => createFileArtifactStore({ root }));

  test('a file that was changed or cut is corrupt, by get and by open', async () => {
    const store = await createFileArtifactStore({ root: join(root, 'changed') });
    const ref = await store.put('ws/run/x', bytes, 'text/plain');
    const [file = ''] = files(join(root, 'changed'));
    expect(readFileSync(file, 'utf8')).toBe('hello');
    writeFileSync(file, 'hallo');
    await expect(store.get(ref)).rejects.toMatchObject({ code: 'artifact_corrupt' });
    const drain = async (): Promise<void> => {
      for await (const _ of await store.open(ref)) continue;
    };
    await expect(drain()).rejects.toMatchObject({ code: 'artifact_corrupt' });
    writeFileSync(file, 'hell');
    await expect(store.open(ref)).rejects.toMatchObject({ code: 'artifact_corrupt' });
  });

  test('a store opened again reads what the first one wrote', async () => {
    const folder = join(root, 'again');
    const ref = await (await createFileArtifactStore({ root: folder })).put('ws/run/x', bytes, 'text/plain');
    expect(await (await createFileArtifactStore({ root: folder })).get(ref)).toEqual(bytes);
  });

  test('nothing is left in the temporary folder, and old drafts are swept at the start', async () => {
    const folder = join(root, 'drafts');
    const store = await createFileArtifactStore({ root: folder });
    await store.put('ws/run/x', bytes, 'text/plain');
    const failing = async function* () {
      yield bytes;
      throw new Error('broken');
    };
    await expect(store.put('ws/run/y', failing(), 'text/plain')).rejects.toThrow('broken');
    expect(readdirSync(join(folder, '.tmp'))).toEqual([]);
    const [old, young] = ['old', 'young'].map((name) => join(folder, '.tmp', name)) as [string, string];
    for (const draft of [old, young]) writeFileSync(draft, 'x');
    utimesSync(old, new Date(0), new Date(0));
    await createFileArtifactStore({ root: folder });
    expect(readdirSync(join(folder, '.tmp'))).toEqual(['young']);
  });

  test('only the owner reads the files', async () => {
    const folder = join(root, 'modes');
    await (await createFileArtifactStore({ root: folder })).put('ws/run/x', bytes, 'text/plain');
    for (const file of files(folder)) expect(statSync(file).mode & 0o077).toBe(0);
  });
});
