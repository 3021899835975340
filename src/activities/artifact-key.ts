import { createHash, type Hash } from 'node:crypto';

interface Owner {
  readonly workspace: string;
  readonly runId: string;
}

/**
 * Key of a value of a run, made of ids and digests only. The content is part of it: an attempt that runs twice (X1) never
 * overwrites what a history refers to.
 */
export const artifactKey = (owner: Owner, parts: readonly string[], bytes: Uint8Array): string =>
  keyOf(owner, digestOf(parts).update(bytes), 'json');

/**
 * Key of bytes that are stored while they arrive, so that their digest is not known yet. The store keeps other bytes of the same
 * key apart.
 */
export const streamKey = (owner: Owner, parts: readonly string[]): string => keyOf(owner, digestOf(parts), 'bin');

const digestOf = (parts: readonly string[]): Hash => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}|`);
  return hash;
};

const keyOf = (owner: Owner, hash: Hash, ending: string): string =>
  `${owner.workspace}/${owner.runId}/${hash.digest('hex')}.${ending}`;
