/** Who waits for the flush of which run (P3). */
export const createFlushWaits = () => {
  const open = new Map<string, (() => void)[]>();
  return {
    /** The run has something that is not in the store. */
    open(runId: string): void {
      if (!open.has(runId)) open.set(runId, []);
    },
    /** All of it is in the store, or given up. */
    settled(runId: string): void {
      const waiters = open.get(runId) ?? [];
      open.delete(runId);
      for (const resolve of waiters) resolve();
    },
    /** Undefined when nothing is open. After `ms` it calls `late` and resolves: the run goes on. */
    wait(runId: string, ms: number, late: () => void): Promise<void> | undefined {
      const waiters = open.get(runId);
      if (waiters === undefined) return undefined;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          late();
          resolve();
        }, ms);
        waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
};
