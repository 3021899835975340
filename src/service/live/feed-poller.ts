import { isRepriseError } from '../../flow';
import type { Logger } from '../../logger';
import type { JournalStore, SideLogStore } from '../../store/ports';
import type { LiveOptions } from './options';
import type { RunFeed } from './run-feed';

export interface FeedPollerDeps {
  readonly feed: RunFeed;
  readonly journal: Pick<JournalStore, 'readBuckets' | 'readNewer'>;
  readonly sideLog: Pick<SideLogStore, 'readBehind'>;
  readonly logger: Logger;
  readonly options: LiveOptions;
  /** How much slower than alone this feed polls: 1 or more. */
  readonly slowdown: () => number;
  readonly onChange: () => void;
}

const BACKOFF = 1.5;

/**
 * Keeps one feed up to date, however many follow it. A poll is one store read: of what is new in the journal, of all of it where
 * that is in doubt, or of what open node runs say. The pause between two of them is short while there is news, grows while there
 * is none, and ends at once when a writer of this process announces news.
 */
export const createFeedPoller = (deps: FeedPollerDeps) => {
  const { feed, options } = deps;
  const { view, talkers } = feed;
  let running = false;
  let polling = false;
  let wanted = false;
  let away = false;
  let sideLogNext = false;
  let wholeAt = 0;
  let pauseMs = options.pollFastMs;
  let timer: NodeJS.Timeout | undefined;
  let waiters: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  /** Exactly one read. Answers whether it was of the journal. */
  const read = async (): Promise<boolean> => {
    if (view.isDoubtful()) {
      wholeAt = performance.now();
      feed.replace(await deps.journal.readBuckets(feed.runId));
    } else if (talkers.isAwaited() || (sideLogNext && talkers.isOpen())) {
      sideLogNext = false;
      const asked = talkers.ask();
      feed.hearSaid(await deps.sideLog.readBehind(feed.runId, asked.marks), asked);
      return false;
    } else feed.append(await deps.journal.readNewer(feed.runId, view.tail()));
    sideLogNext = true;
    return true;
  };

  const longestPause = (): number => {
    if (options.announced || away) return options.pollIdleMs;
    const state = view.linkAt(view.length())?.state;
    return state === 'RUN' || state === 'NEW' ? options.pollActiveMs : options.pollIdleMs;
  };

  const pauseAfter = (news: boolean): number => {
    if (view.isDoubtful() || talkers.isAwaited()) return options.announced ? 0 : options.pollFastMs;
    pauseMs = news ? options.pollFastMs : Math.min(Math.max(pauseMs, options.pollFastMs) * BACKOFF, longestPause());
    if (options.announced) return options.pollIdleMs;
    return Math.min(pauseMs * deps.slowdown(), options.pollIdleMs);
  };

  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void poll(), ms);
  };

  const poll = async (): Promise<void> => {
    if (polling || !(running || waiters.length > 0)) return;
    polling = true;
    wanted = false;
    const served = waiters;
    waiters = [];
    const before = [feed.generation(), feed.next()] as const;
    // A repair that closes a gap may come with an older epoch, which nothing but a look at everything shows.
    if (view.hasGap() && performance.now() - wholeAt >= options.pollIdleMs) view.doubt();
    try {
      if (await read()) for (const waiter of served) waiter.resolve();
      else waiters.push(...served);
      away = false;
    } catch (error) {
      if (!away && !(isRepriseError(error) && error.code === 'unavailable'))
        deps.logger.warn('a followed run cannot be read; it is tried again', { runId: feed.runId, error: String(error) });
      away = true;
      for (const waiter of served) waiter.reject(error);
    }
    polling = false;
    const news = before[0] !== feed.generation() || before[1] !== feed.next();
    if (news) deps.onChange();
    if (!running && waiters.length === 0) return;
    schedule(wanted || waiters.length > 0 ? 0 : pauseAfter(news));
  };

  const now = (): void => {
    wanted = true;
    if (!polling) schedule(0);
  };

  return {
    start(): void {
      if (running) return;
      running = true;
      now();
    },
    pause(): void {
      running = false;
      if (waiters.length === 0) clearTimeout(timer);
    },
    /** There is news. */
    wake(): void {
      if (running) now();
    },
    /** Resolves when the journal was read by a read that began after this call. Throws what the store throws. */
    refresh(): Promise<void> {
      const done = new Promise<void>((resolve, reject) => waiters.push({ resolve, reject }));
      now();
      return done;
    },
  };
};
export type FeedPoller = ReturnType<typeof createFeedPoller>;
