import { createHash } from 'node:crypto';
import type { ArtifactRef } from '../../flow';
import { artifactCorrupt } from '../artifact-key';

/** Size in bytes and SHA-256 in hex of what passes by. */
export const createDigest = () => {
  const hash = createHash('sha256');
  let size = 0;
  return {
    add(part: Uint8Array): void {
      hash.update(part);
      size += part.length;
    },
    end: (): { readonly size: number; readonly sha256: string } => ({ size, sha256: hash.digest('hex') }),
  };
};

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Passes the parts on and throws `artifact_corrupt` at the end when they were not what `ref` promises. */
export async function* verified(ref: ArtifactRef, parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const digest = createDigest();
  for await (const part of parts) {
    digest.add(part);
    yield part;
  }
  const { size, sha256 } = digest.end();
  if (size !== ref.size) throw artifactCorrupt(ref.key, 'size');
  if (sha256 !== ref.sha256) throw artifactCorrupt(ref.key, 'sha256');
}
