import type { RunCloser } from '../../projection';
import type { Run, RunStore } from '../../store/ports';

/** The run store as readers of this process see it: a close that was answered shows although its write is still under way. */
export const withUnwritten = (runs: RunStore, closer: Pick<RunCloser, 'unwritten' | 'written'>): RunStore => {
  const shown = (run: Run): Run => {
    const closure = run.endedAt === undefined ? closer.unwritten(run.id) : undefined;
    return closure === undefined ? run : { ...run, ...closure, waitingFor: [] };
  };
  return {
    ...runs,
    async get(workspace, id) {
      const run = await runs.get(workspace, id);
      return run === undefined ? undefined : shown(run);
    },
    async list(workspace, filter, page) {
      // A filter by state goes by what is written, so what was answered must be.
      if (filter.states !== undefined) await closer.written();
      const found = await runs.list(workspace, filter, page);
      return filter.states === undefined ? { ...found, items: found.items.map(shown) } : found;
    },
  };
};
