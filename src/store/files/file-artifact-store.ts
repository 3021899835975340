import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ArtifactRef } from '../../flow';
import { artifactCorrupt, artifactMissing, assertArtifactKey, assertArtifactRef } from '../artifact-key';
import type { ArtifactStore } from '../ports';
import { createDigest, digestOf, verified } from './digest';
import { sweepTemporaryFiles } from './temporary-files';

const TEMPORARY = '.tmp';

/**
 * The built-in object store: files below `root`, which is made when it is missing.
 *
 * A file is named `<key>~<sha256>`: a late writer of the same key with other bytes (an attempt that was given up and goes
 * on all the same) cannot change what an earlier reference points to. Writing is atomic: temp file, fsync, rename, fsync of
 * the directory; a reader sees the whole artifact or none.
 */
export const createFileArtifactStore = async (options: {
  readonly root: string;
  readonly name?: string;
}): Promise<ArtifactStore> => {
  const root = resolve(options.root);
  const store = options.name ?? 'files';
  const temporary = join(root, TEMPORARY);
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  await sweepTemporaryFiles(temporary, Date.now());

  const fileOf = (ref: Pick<ArtifactRef, 'key' | 'sha256'>): string => {
    assertArtifactRef(ref);
    return join(root, `${ref.key}~${ref.sha256}`);
  };

  const find = async (ref: ArtifactRef): Promise<string> => {
    const file = fileOf(ref);
    const found = await orMissing(ref, stat(file));
    if (found.size !== ref.size) throw artifactCorrupt(ref.key, 'size');
    return file;
  };

  return {
    async put(key, bytes, type) {
      assertArtifactKey(key);
      const draft = join(temporary, randomUUID());
      try {
        const { size, sha256 } = await writeThrough(draft, bytes);
        const file = fileOf({ key, sha256 });
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await rename(draft, file);
        await syncDirectory(dirname(file));
        return { store, key, size, type, sha256 };
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    async get(ref) {
      const bytes = new Uint8Array(await orMissing(ref, readFile(await find(ref))));
      if (bytes.length !== ref.size) throw artifactCorrupt(ref.key, 'size');
      if (digestOf(bytes) !== ref.sha256) throw artifactCorrupt(ref.key, 'sha256');
      return bytes;
    },
    async open(ref) {
      return verified(ref, createReadStream(await find(ref)));
    },
    async delete(ref) {
      await rm(fileOf(ref), { force: true });
    },
  };
};

const writeThrough = async (
  file: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ readonly size: number; readonly sha256: string }> => {
  const digest = createDigest();
  const handle = await open(file, 'wx', 0o600);
  try {
    const write = async (part: Uint8Array): Promise<void> => {
      digest.add(part);
      await handle.writeFile(part);
    };
    if (bytes instanceof Uint8Array) await write(bytes);
    else for await (const part of bytes) await write(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return digest.end();
};

/** A rename is durable when its directory is. Not every system lets a directory be opened. */
const syncDirectory = async (directory: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const orMissing = async <T>(ref: ArtifactRef, reading: Promise<T>): Promise<T> => {
  try {
    return await reading;
  } catch (error) {
    // Not by instanceof: errors of Node's own modules belong to another realm under Jest.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') throw artifactMissing(ref.key);
    throw error;
  }
};
