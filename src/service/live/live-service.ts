import { RepriseError, type Principal } from '../../flow';
import type { Run } from '../../store/ports';
import type { ServiceDeps } from '../deps';
import { runNotFound } from '../refusals';
import type { FindVersion } from '../runs/plan-cache';
import { withValues } from '../runs/values';
import type { Follower, LiveService } from './contract';
import { parseCursor, START } from './cursor';
import { createFollowedRun, type FollowedRun } from './followed-run';
import { createFollowerPlaces } from './follower-places';
import { LIVE_DEFAULTS, type LiveOptions } from './options';
import { talkingSites } from './talking-sites';

/** Runs that nobody follows now but that are still remembered. */
const MOST_RESTING = 200;

export interface LiveDeps extends Pick<ServiceDeps, 'stores' | 'artifacts' | 'closer' | 'logger'> {
  readonly findVersion: FindVersion;
  readonly options?: Partial<LiveOptions>;
  /** Calls back with the run ids of what writers of this process store. */
  readonly onWritten?: (wake: (runId: string) => void) => void;
}

/** All followers of this process: one feed for each followed run, shared by those who follow it. */
export const createLiveService = (deps: LiveDeps): LiveService => {
  const { stores, artifacts, closer, findVersion } = deps;
  const logger = deps.logger.child({ part: 'live' });
  const options: LiveOptions = { ...LIVE_DEFAULTS, ...deps.options };
  const places = createFollowerPlaces(options);
  const followed = new Map<string, Promise<FollowedRun>>();
  const resting = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  const forget = (runId: string): void => {
    clearTimeout(resting.get(runId));
    resting.delete(runId);
    followed.delete(runId);
  };
  const rest = (runId: string): void => {
    clearTimeout(resting.get(runId));
    resting.delete(runId);
    resting.set(runId, setTimeout(() => forget(runId), options.lingerMs).unref());
    const [oldest] = resting.keys();
    if (resting.size > MOST_RESTING && oldest !== undefined) forget(oldest);
  };

  const open = async (run: Run): Promise<FollowedRun> => {
    const found = await findVersion(run.workspace, run.flowId, run.version);
    const sites = found === undefined ? new Set<string>() : talkingSites(found.version.plan);
    const find = async (): Promise<Run | undefined> => {
      const now = await stores.runs.get(run.workspace, run.id);
      return now === undefined ? undefined : withValues(artifacts, logger, now);
    };
    const slowdown = (): number => Math.max(1, (followed.size - resting.size) / options.pollsAtFullSpeed);
    return createFollowedRun({ stores, closer, logger, options, slowdown, find, onLeft: () => rest(run.id) }, run, sites);
  };

  const feedOf = async (principal: Principal, runId: string): Promise<FollowedRun> => {
    const known = await followed.get(runId);
    if (known?.workspace === principal.workspace) return known;
    const run = await stores.runs.get(principal.workspace, runId);
    if (run === undefined) throw runNotFound(runId);
    const opening = followed.get(runId) ?? open(run);
    followed.set(runId, opening);
    opening.catch(() => followed.delete(runId));
    return opening;
  };

  deps.onWritten?.(
    (runId) =>
      void followed.get(runId)?.then(
        (run) => run.wake(),
        () => undefined,
      ),
  );

  return {
    async follow(principal, runId, after) {
      if (stopped) throw new RepriseError('unavailable', 'The service is stopping: follow the execution again in a moment.');
      const position = after === undefined ? START : parseCursor(after);
      const leave = places.take(principal.accountId, runId);
      try {
        const run = await feedOf(principal, runId);
        clearTimeout(resting.get(runId));
        resting.delete(runId);
        return await join(run, runId, position, leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
    stop() {
      stopped = true;
      for (const opening of followed.values())
        void opening.then(
          (run) => run.closeAll(),
          () => undefined,
        );
      for (const runId of resting.keys()) forget(runId);
    },
  };

  async function join(run: FollowedRun, runId: string, position: typeof START, leave: () => void): Promise<Follower> {
    try {
      return await run.join(position, leave);
    } finally {
      if (run.followers() === 0) rest(runId);
    }
  }
};
