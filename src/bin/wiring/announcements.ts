import type { Stores } from '../../store/ports';

export interface Announcements {
  /** The same stores, whose writes that followers wait for are announced once they are done. */
  through<S extends Pick<Stores, 'journal' | 'sideLog'>>(stores: S): S;
  /** Calls back with the id of each run that something was written of. */
  onWritten(listener: (runId: string) => void): void;
}

/** Where worker and API share a process, followers need not poll for what the worker writes. */
export const createAnnouncements = (): Announcements => {
  const listeners: ((runId: string) => void)[] = [];
  const announce = (runIds: Iterable<string>): void => {
    for (const runId of runIds) for (const listener of listeners) listener(runId);
  };
  return {
    through(stores) {
      const { journal, sideLog } = stores;
      return {
        ...stores,
        journal: {
          ...journal,
          async append(buckets) {
            await journal.append(buckets);
            announce(new Set(buckets.map(({ runId }) => runId)));
          },
        },
        sideLog: {
          ...sideLog,
          async append(chunk) {
            await sideLog.append(chunk);
            announce([chunk.runId]);
          },
        },
      };
    },
    onWritten: (listener) => void listeners.push(listener),
  };
};
