import { RepriseError, type Principal } from '../../flow';
import type { Run } from '../../store/ports';
import type { ServiceDeps } from '../deps';
import { runNotFound } from '../refusals';
import type { FindVersion } from '../runs/plan-cache';
import { withValues } from '../runs/values';
import type { AuthService } from '../contract';
import type { LiveService } from './contract';
import { createCredentialWatch } from './credential-watch';
import { parseCursor, START } from './cursor';
import { createFollowedRun, type FollowedRun } from './followed-run';
import { createFollowerPlaces } from './follower-places';
import { LIVE_DEFAULTS, type LiveOptions } from './options';
import { talkingSites } from './talking-sites';
import { createTickets } from './tickets';
import { createWorkspaceFeeds } from './workspace-feeds';

/** Runs that nobody follows now but that are still remembered. */
const MOST_RESTING = 200;

export interface LiveDeps extends Pick<ServiceDeps, 'stores' | 'artifacts' | 'closer' | 'logger' | 'jwtSecret' | 'clock'> {
  readonly auth: Pick<AuthService, 'recheck'>;
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
  const tickets = createTickets({ ...deps, leases: stores.leases, now: deps.clock });
  const watchCredential = createCredentialWatch(deps.auth, { everyMs: options.credentialMs, now: deps.clock });
  const workspaces = createWorkspaceFeeds({ stores, logger, clock: deps.clock });
  const watchers = new Set<(why: 'stopping') => void>();
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

  const begin = async (run: Run): Promise<FollowedRun> => {
    const found = await findVersion(run.workspace, run.flowId, run.version);
    const sites = found === undefined ? new Set<string>() : talkingSites(found.version.plan);
    const find = async (): Promise<Run | undefined> => {
      const now = await stores.runs.get(run.workspace, run.id);
      return now === undefined ? undefined : withValues(artifacts, logger, now);
    };
    const slowdown = (): number => Math.max(1, (followed.size - resting.size) / options.pollsAtFullSpeed);
    return createFollowedRun({ stores, closer, logger, options, slowdown, find, onLeft: () => rest(run.id) }, run, sites);
  };

  const known = (runId: string): Promise<FollowedRun | undefined> =>
    (followed.get(runId) ?? Promise.resolve(undefined)).catch(() => undefined);
  const feedOf = async (principal: Principal, runId: string): Promise<FollowedRun> => {
    const open = await known(runId);
    if (open?.workspace === principal.workspace) return open;
    const run = await stores.runs.get(principal.workspace, runId);
    if (run === undefined) throw runNotFound(runId);
    const opening = followed.get(runId) ?? begin(run);
    followed.set(runId, opening);
    opening.catch(() => followed.delete(runId));
    return opening;
  };

  deps.onWritten?.((runId) => {
    workspaces.announce(runId);
    void followed.get(runId)?.then(
      (run) => run.wake(),
      () => undefined,
    );
  });
  const assertRunning = (): void => {
    if (stopped) throw new RepriseError('unavailable', 'The service is stopping: come back in a moment.');
  };

  return {
    async watch(principal, onItem, onClosed) {
      assertRunning();
      const leavePlace = places.take(principal.accountId, '');
      const leaves = [leavePlace];
      const leave = (): void => {
        for (const one of leaves.splice(0)) one();
        watchers.delete(close);
      };
      const close = (why: 'expired' | 'stopping'): void => {
        leave();
        onClosed(why);
      };
      watchers.add(close);
      leaves.push(watchCredential(principal, () => close('expired')));
      try {
        leaves.push(await workspaces.listen(principal.workspace, onItem));
      } catch (error) {
        leave();
        throw error;
      }
      if (stopped) close('stopping');
      return leave;
    },
    async follow(principal, runId, after) {
      assertRunning();
      const position = after === undefined ? START : parseCursor(after);
      const leave = places.take(principal.accountId, runId);
      try {
        const run = await feedOf(principal, runId);
        clearTimeout(resting.get(runId));
        resting.delete(runId);
        const follower = await run.join(position, () => {
          leave();
          unwatch();
        });
        const unwatch = watchCredential(principal, () => follower.close('expired'));
        if (stopped) follower.close('stopping');
        return follower;
      } catch (error) {
        leave();
        if ((await known(runId))?.followers() === 0) rest(runId);
        throw error;
      }
    },
    async ticket(principal, runId) {
      if ((await stores.runs.get(principal.workspace, runId)) === undefined) throw runNotFound(runId);
      return tickets.issue(principal, runId);
    },
    redeem: tickets.redeem,
    stop() {
      stopped = true;
      for (const close of watchers) close('stopping');
      workspaces.stop();
      for (const opening of followed.values())
        void opening.then(
          (run) => run.stop(),
          () => undefined,
        );
      for (const runId of resting.keys()) forget(runId);
    },
  };
};
