/**
 * Things by id, for a process that is the only one (`reprise dev`): every change goes through `changing`, so what is
 * remembered is true. In any other process what is remembered may have been changed elsewhere: do not use it there.
 */
export const createRemembered = <T>(most: number) => {
  const known = new Map<string, T>();
  let changes = 0;
  const forget = (id: string | undefined): void => {
    changes += 1;
    if (id === undefined) known.clear();
    else known.delete(id);
  };
  return {
    /** What is absent is not remembered. */
    async get(id: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
      const held = known.get(id);
      if (held !== undefined) return held;
      const before = changes;
      const loaded = await load();
      // Not when something changed while it was read.
      if (loaded !== undefined && changes === before) known.set(id, loaded);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
      return loaded;
    },
    /** Around each write of `id`, or of who knows which when it is undefined. */
    async changing<R>(id: string | undefined, write: () => Promise<R>): Promise<R> {
      forget(id);
      try {
        return await write();
      } finally {
        forget(id);
      }
    },
  };
};
