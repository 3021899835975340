import type { FlowStore, FlowVersion } from '../../store/ports';

/** A version never changes: the newest used ones stay in memory, with the size that their plan has in a start. */
export interface CachedVersion {
  readonly version: FlowVersion;
  readonly planBytes: number;
}

const MOST_VERSIONS = 100;
/** Very large plans would make the cache a memory problem. */
const MOST_BYTES = 256 * 1024;

export const createVersionCache = (flows: FlowStore) => {
  const cache = new Map<string, CachedVersion>();
  return async (workspace: string, flowId: string, number: number): Promise<CachedVersion | undefined> => {
    const key = `${workspace}/${flowId}:${number}`;
    const known = cache.get(key);
    if (known !== undefined) {
      cache.delete(key);
      cache.set(key, known);
      return known;
    }
    const version = await flows.getVersion(workspace, flowId, number);
    if (version === undefined) return undefined;
    const found = { version, planBytes: Buffer.byteLength(JSON.stringify(version.plan)) };
    if (found.planBytes <= MOST_BYTES) cache.set(key, found);
    const [oldest] = cache.keys();
    if (cache.size > MOST_VERSIONS && oldest !== undefined) cache.delete(oldest);
    return found;
  };
};
export type FindVersion = ReturnType<typeof createVersionCache>;
