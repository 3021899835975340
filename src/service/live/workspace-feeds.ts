import type { Logger } from '../../logger';
import type { Stores } from '../../store/ports';
import type { WorkspaceItem } from './contract';
import { createWorkspaceFeed, type WorkspaceFeed } from './workspace-feed';

const EVERY_MS = 250;

type Listener = (item: WorkspaceItem) => void;

/** One feed for each workspace that somebody of this process listens to. */
export const createWorkspaceFeeds = (deps: {
  readonly stores: Pick<Stores, 'runs' | 'journal'>;
  readonly logger: Logger;
  readonly clock: () => number;
}) => {
  const feeds = new Map<string, { readonly feed: WorkspaceFeed; readonly listeners: Set<Listener> }>();

  const open = (workspace: string) => {
    const listeners = new Set<Listener>();
    const onItem: Listener = (item) => {
      for (const listener of listeners) listener(item);
    };
    const feed = createWorkspaceFeed({
      ...deps.stores,
      workspace,
      logger: deps.logger,
      everyMs: EVERY_MS,
      now: deps.clock,
      onItem,
    });
    const opened = { feed, listeners };
    feeds.set(workspace, opened);
    return opened;
  };

  return {
    /** Answers how to listen no more, once everything that comes is told. */
    async listen(workspace: string, listener: Listener): Promise<() => void> {
      const { feed, listeners } = feeds.get(workspace) ?? open(workspace);
      listeners.add(listener);
      await feed.ready;
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || feeds.get(workspace)?.feed !== feed) return;
        feeds.delete(workspace);
        feed.stop();
      };
    },
    announce(runId: string): void {
      for (const { feed } of feeds.values()) feed.announce(runId);
    },
    stop(): void {
      for (const { feed } of feeds.values()) feed.stop();
      feeds.clear();
    },
  };
};
