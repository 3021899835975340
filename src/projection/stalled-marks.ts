import type { Logger } from '../logger';
import type { Run, RunStore } from '../store/ports';
import type { EngineReader } from './engine-port';

/**
 * P11: an exception of the interpreter retries its workflow task for ever, unseen. Heads of such runs say so, with the
 * cause, until Temporal reports no problem any more.
 */
export const createStalledMarks = (deps: {
  readonly engine: Pick<EngineReader, 'listProblems'>;
  readonly runs: Pick<RunStore, 'applyHead'>;
  readonly logger: Logger;
}) => {
  const marked = new Map<string, string>();
  return {
    /** A mark that an earlier process left is cleared by this one. */
    adopt(head: Run): void {
      if (head.stalled !== undefined && !marked.has(head.id)) marked.set(head.id, head.stalled);
    },
    /** Answers how many heads were newly marked. */
    async mark(limit: number): Promise<number> {
      const problems = await deps.engine.listProblems(limit);
      let added = 0;
      for (const { runId, cause } of problems) {
        if (marked.get(runId) === cause) continue;
        await deps.runs.applyHead(runId, { stalled: cause });
        marked.set(runId, cause);
        added += 1;
        deps.logger.error('a run is stalled: its workflow task fails again and again', { runId, cause });
      }
      const still = new Set(problems.map(({ runId }) => runId));
      for (const runId of [...marked.keys()].filter((id) => !still.has(id))) {
        await deps.runs.applyHead(runId, { stalled: null });
        marked.delete(runId);
      }
      return added;
    },
  };
};
