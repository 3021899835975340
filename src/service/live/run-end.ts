import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminalRunState } from '../../flow';
import type { Logger } from '../../logger';
import type { RunCloser } from '../../projection';
import type { Run } from '../../store/ports';
import type { FeedPoller } from './feed-poller';
import type { LiveOptions } from './options';
import type { RunFeed } from './run-feed';

/** Longest wait for a close by one question. */
const WATCH_MS = 55_000;
/** Before the next question, when one was answered early: Temporal does not know the run yet, or does not answer. */
const PAUSE_MS = 1_000;
/** What was told last may be on its way to the store. */
const SETTLE_MS = 400;

export interface RunEndDeps {
  readonly feed: RunFeed;
  readonly poller: Pick<FeedPoller, 'refresh'>;
  readonly closer: Pick<RunCloser, 'whenClosed'>;
  /** The run with its values, as the store has it. */
  readonly find: () => Promise<Run | undefined>;
  readonly logger: Logger;
  readonly options: LiveOptions;
  readonly onChange: () => void;
}

/**
 * Brings the end of a run into its feed. Only Temporal's close event ends a run (P2), so that is what is waited for; then the journal
 * is read whole once more, so that nothing that was superseded meanwhile stays with the followers.
 */
export const watchEnd = async (deps: RunEndDeps, hasEnded: boolean, signal: AbortSignal): Promise<void> => {
  const { feed, closer, logger } = deps;
  const tell = async (): Promise<void> => {
    const ended = await findEnded(deps);
    for (const since = performance.now(); !signal.aborted; await sleep(SETTLE_MS, undefined, { signal })) {
      feed.view.doubt();
      await deps.poller.refresh();
      const isWhole = !feed.view.hasGap() && feed.view.length() >= ended.seq;
      const isLate = performance.now() - since > (isWhole ? SETTLE_MS : deps.options.repairWaitMs);
      if (isLate && !isWhole)
        logger.warn('a run was followed to its end although its journal is not whole', { runId: feed.runId });
      feed.close(ended, isLate);
      deps.onChange();
      if (feed.isComplete()) return;
    }
  };

  for (let isOver = hasEnded; !signal.aborted && !feed.isComplete();) {
    const since = performance.now();
    try {
      isOver ||= (await closer.whenClosed(feed.runId, WATCH_MS, signal)) !== undefined;
      if (signal.aborted) return;
      if (isOver) await tell();
    } catch (error) {
      if (signal.aborted) return;
      logger.debug('the end of a followed run cannot be read now', { runId: feed.runId, error: String(error) });
    }
    const leftMs = PAUSE_MS - (performance.now() - since);
    if (!feed.isComplete() && leftMs > 0) await sleep(leftMs, undefined, { signal }).catch(() => undefined);
  }
};

/** The head may show the close a moment later than the closer answers it. */
const findEnded = async ({ find }: RunEndDeps): Promise<Run> => {
  const run = await find();
  if (run === undefined || !isTerminalRunState(run.state)) throw new Error('the head does not show its close yet');
  return run;
};
