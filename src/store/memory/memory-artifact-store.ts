import { createHash } from 'node:crypto';
import type { ArtifactRef } from '../../flow';
import { artifactCorrupt, artifactMissing, assertArtifactRef, assertArtifactKey } from '../artifact-key';
import type { ArtifactStore } from '../ports';

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const nameOf = (ref: Pick<ArtifactRef, 'key' | 'sha256'>): string => `${ref.key}~${ref.sha256}`;

/** Artifacts in memory, for tests. */
export const createMemoryArtifactStore = (): ArtifactStore => {
  const stored = new Map<string, Uint8Array>();
  const get = async (ref: ArtifactRef): Promise<Uint8Array> => {
    assertArtifactRef(ref);
    const bytes = stored.get(nameOf(ref));
    if (bytes === undefined) throw artifactMissing(ref.key);
    if (bytes.length !== ref.size) throw artifactCorrupt(ref.key, 'size');
    return new Uint8Array(bytes);
  };
  return {
    async put(key, bytes, type) {
      assertArtifactKey(key);
      const parts: Uint8Array[] = [];
      if (bytes instanceof Uint8Array) parts.push(bytes);
      else for await (const part of bytes) parts.push(part);
      const whole = new Uint8Array(Buffer.concat(parts));
      const ref = { store: 'memory', key, size: whole.length, type, sha256: sha256Of(whole) };
      stored.set(nameOf(ref), whole);
      return ref;
    },
    get,
    async open(ref) {
      const bytes = await get(ref);
      return (async function* () {
        yield bytes;
      })();
    },
    async delete(ref) {
      assertArtifactRef(ref);
      stored.delete(nameOf(ref));
    },
  };
};
