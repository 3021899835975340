import type { StartDecision } from '../../projection';
import type { Run } from '../../store/ports';
import type { TemporalPort } from '../temporal-port';
import type { FindVersion } from './plan-cache';
import { realStart, refusedStart } from './start-request';

/**
 * S2: decides a NEW row exactly once by starting the same workflow id itself: with the real arguments when it has a key (its
 * client will ask for it again), as refused when it has none (its client was told `undecided` and nothing holds on to it).
 */
export const createDecideStart =
  (deps: {
    readonly temporal: Pick<TemporalPort, 'startRun'>;
    readonly findVersion: FindVersion;
    readonly searchable: boolean;
  }) =>
  async (run: Run): Promise<StartDecision> => {
    const found = run.keyed ? await deps.findVersion(run.workspace, run.flowId, run.version) : undefined;
    const request = found === undefined ? refusedStart(run, deps.searchable) : realStart(run, found, deps.searchable);
    const outcome = await deps.temporal.startRun(request, 'refuse');
    if (outcome === 'existing') return 'already_started';
    return found === undefined ? 'refused' : 'started';
  };
