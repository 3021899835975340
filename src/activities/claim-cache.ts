import type { ArtifactRef, Json } from '../flow';

/** Bytes of JSON text kept parsed: one full HTTP response, so that a loop does not parse its list for each page. */
const MOST_BYTES = 12 * 1_024 * 1_024;
const KEEP_MS = 30_000;

interface Entry {
  readonly value: Json;
  readonly size: number;
  readonly until: number;
}

/** Parsed claims for a short time. Content is part of an artifact's key, so that an entry is never stale. */
export const createClaimCache = (now: () => number) => {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  const drop = (id: string): void => {
    bytes -= entries.get(id)?.size ?? 0;
    entries.delete(id);
  };
  const sweep = (): void => {
    for (const [id, { until }] of entries) if (until <= now()) drop(id);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    get(ref: ArtifactRef): Json | undefined {
      sweep();
      const id = idOf(ref);
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      entries.delete(id);
      entries.set(id, { ...entry, until: now() + KEEP_MS });
      return entry.value;
    },
    set(ref: ArtifactRef, value: Json): void {
      if (ref.size > MOST_BYTES) return;
      drop(idOf(ref));
      entries.set(idOf(ref), { value, size: ref.size, until: now() + KEEP_MS });
      bytes += ref.size;
      for (const id of entries.keys()) if (bytes > MOST_BYTES) drop(id);
      // Without a next call nothing would be swept; the timer holds neither the process nor more than one entry set.
      clearTimeout(timer);
      timer = setTimeout(sweep, KEEP_MS + 1_000);
      timer.unref();
    },
  };
};

const idOf = ({ store, key, sha256 }: ArtifactRef): string => `${store}|${key}|${sha256}`;
