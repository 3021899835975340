import { createHash } from 'node:crypto';

/**
 * Key of a value of a run, made of ids and digests only. The content is part of it: an attempt that runs twice (X1) never
 * overwrites what a history refers to.
 */
export const artifactKey = (
  owner: { readonly workspace: string; readonly runId: string },
  parts: readonly string[],
  bytes: Uint8Array,
): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}|`);
  return `${owner.workspace}/${owner.runId}/${hash.update(bytes).digest('hex')}.json`;
};
