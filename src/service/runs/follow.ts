import { isRepriseError, isTerminalRunState } from '../../flow';
import type { Logger } from '../../logger';
import type { RunCloser } from '../../projection';
import type { Run, RunClosure, RunStore } from '../../store/ports';

/** The head as the store answers it after this close. */
const closed = (run: Run, closure: RunClosure): Run => ({ ...run, ...closure, waitingFor: [] });

/** `?wait=`: the run when it has ended, else as it is at the deadline. */
export const createFollow = (deps: {
  readonly closer: RunCloser;
  readonly runs: Pick<RunStore, 'get'>;
  readonly logger: Logger;
}) => {
  const whenClosed = async (runId: string, waitMs: number): Promise<RunClosure | undefined> => {
    try {
      return await deps.closer.whenClosed(runId, waitMs);
    } catch (error) {
      // The run is there, only its end cannot be watched now: the ordinary reply says how far it is known.
      if (!isRepriseError(error) || error.code !== 'unavailable') throw error;
      deps.logger.warn('a run cannot be followed now', { runId, error: error.message });
      return undefined;
    }
  };

  return async (run: Run, waitMs: number | undefined): Promise<Run> => {
    if (waitMs === undefined || waitMs <= 0 || isTerminalRunState(run.state)) return run;
    const closure = await whenClosed(run.id, waitMs);
    if (closure !== undefined) return closed(run, closure);
    return (await deps.runs.get(run.workspace, run.id)) ?? run;
  };
};
