/**
 * A cache (C3) bounded by entries and by the characters of their keys; the least recently used goes first. What it holds is
 * derived from the key alone, so that a hit and a miss answer the same: module state that no replay can see.
 */
export interface Cache<V> {
  readonly get: (key: string, make: (key: string) => V) => V;
  readonly size: () => number;
}

export const createCache = <V>(limits: { readonly entries: number; readonly chars: number }): Cache<V> => {
  const kept = new Map<string, V>();
  let chars = 0;
  const dropOldest = (): void => {
    const oldest = kept.keys().next();
    if (oldest.done === true) return;
    kept.delete(oldest.value);
    chars -= oldest.value.length;
  };
  return {
    size: () => kept.size,
    get(key, make) {
      let value = kept.get(key);
      if (value === undefined) {
        value = make(key);
        chars += key.length;
      } else kept.delete(key);
      kept.set(key, value);
      while (kept.size > 1 && (kept.size > limits.entries || chars > limits.chars)) dropOldest();
      return value;
    },
  };
};
