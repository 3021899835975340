import { isTerminalRunState } from '../../flow';
import type { Logger } from '../../logger';
import type { RunCloser } from '../../projection';
import type { Run, Stores } from '../../store/ports';
import type { Position } from './cursor';
import { createFeedPoller } from './feed-poller';
import { createFollower, type OpenFollower } from './follower';
import type { LiveOptions } from './options';
import { watchEnd } from './run-end';
import { createRunFeed } from './run-feed';
import { createStoredPages } from './stored-pages';

export interface FollowedRunDeps {
  readonly stores: Pick<Stores, 'journal' | 'sideLog'>;
  readonly closer: Pick<RunCloser, 'whenClosed'>;
  readonly logger: Logger;
  readonly options: LiveOptions;
  readonly slowdown: () => number;
  /** The run with its values. */
  readonly find: () => Promise<Run | undefined>;
  /** Nobody follows any more. */
  readonly onLeft: () => void;
}

/** One feed, what keeps it up to date while somebody follows, and its followers. */
export const createFollowedRun = (deps: FollowedRunDeps, run: Run, sites: ReadonlySet<string>) => {
  const { stores, options } = deps;
  const feed = createRunFeed(run, sites, options.windowBytes);
  const pages = createStoredPages(feed, stores);
  const followers = new Set<OpenFollower>();
  let changes = 0;
  let waiting = new Set<() => void>();
  let ending: AbortController | undefined;

  const onChange = (): void => {
    changes += 1;
    const woken = waiting;
    waiting = new Set();
    for (const wake of woken) wake();
    if (feed.isComplete()) poller.pause();
  };
  const changed = (seen: number, ms: number): Promise<void> => {
    if (seen !== changes) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      waiting.add(done);
    });
  };
  const poller = createFeedPoller({ ...deps, ...stores, feed, onChange });

  const start = (): void => {
    if (feed.isComplete()) return;
    poller.start();
    if (ending !== undefined) return;
    ending = new AbortController();
    void watchEnd({ ...deps, feed, poller, onChange }, isTerminalRunState(run.state), ending.signal);
  };
  const rest = (): void => {
    poller.pause();
    ending?.abort();
    ending = undefined;
    deps.onLeft();
  };
  const doubt = (): void => {
    feed.view.doubt();
    poller.wake();
  };

  return {
    workspace: run.workspace,
    followers: (): number => followers.size,
    wake: poller.wake,
    /** Throws `unavailable` when the store does not answer. */
    async join(position: Position, onLeave: () => void): Promise<OpenFollower> {
      // Also when the cursor knows more than this process does: it may come from another one.
      if (feed.view.isDoubtful() || position.seq > feed.view.length()) await poller.refresh();
      const onClose = (): void => {
        followers.delete(follower);
        onLeave();
        onChange();
        if (followers.size === 0) rest();
      };
      const follower = createFollower({ feed, pages, position, changes: () => changes, changed, doubt, onClose });
      followers.add(follower);
      start();
      return follower;
    },
    stop(): void {
      for (const follower of followers) follower.close('stopping');
    },
  };
};
export type FollowedRun = ReturnType<typeof createFollowedRun>;
