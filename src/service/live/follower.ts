import type { Follower, FollowerClosed, FollowItem } from './contract';
import { START, type Position } from './cursor';
import { stepOver } from './follow-items';
import { FIRST_LINK } from './journal-view';
import type { FeedItem, RunFeed } from './run-feed';
import type { StoredPages } from './stored-pages';

/** Items handed over at once. */
const BATCH = 100;

export interface FollowerDeps {
  readonly feed: RunFeed;
  readonly pages: StoredPages;
  readonly position: Position;
  /** Grows whenever the feed or this follower's fate changed. */
  readonly changes: () => number;
  /** Resolves when `changes` is no longer `seen`, or after `ms`. */
  readonly changed: (seen: number, ms: number) => Promise<void>;
  /** What the store says is not what the feed knows: look again. */
  readonly doubt: () => void;
  readonly onClose: () => void;
}
/** With the hands of those who may end it for another reason than its reader's. */
export interface OpenFollower extends Follower {
  close(why?: FollowerClosed): void;
}

/** One reader of a feed, at its own pace: it pulls, so whoever is slow holds up nobody and costs no memory. */
export const createFollower = (deps: FollowerDeps): OpenFollower => {
  const { feed, pages } = deps;
  let { position } = deps;
  let generation = feed.generation();
  /** Number of the next item; undefined while what comes next must be read from the store first. */
  let next: number | undefined;
  /** The store said something else than the feed: before the feed has changed there is nothing to give. */
  let isStale = false;
  let closed: FollowerClosed | undefined;

  /** Steps over items until enough is there to hand over; answers how many items were passed. */
  const walk = (items: Iterable<FeedItem>, out: FollowItem[]): number => {
    let passed = 0;
    for (const item of items) {
      if (out.length >= BATCH) break;
      const step = stepOver(position, feed.linkAt(position.seq) ?? FIRST_LINK, item);
      out.push(...step.items);
      position = step.position;
      passed += 1;
    }
    return passed;
  };

  /** @param from what was handed over so far; after nothing there is nothing to take back */
  const startOver = (from: Position): FollowItem[] => {
    position = START;
    return from.seq === 0 && !from.half && from.marks.size === 0 ? [] : [{ kind: 'reset' }];
  };

  /** From the store up to what the feed keeps. */
  const catchUp = async (): Promise<FollowItem[]> => {
    const link = feed.linkAt(position.seq);
    // P1: what was delivered is no longer what the run told; or the cursor is of another journal.
    if (link === undefined || (position.digest ?? link.digest) !== link.digest) return startOver(position);
    position = { ...position, digest: link.digest };
    const out: FollowItem[] = [];
    if (position.seq < feed.windowSeq()) {
      const before = position;
      walk(await pages.after(position.seq), out);
      if (feed.linkAt(position.seq)?.digest === position.digest && out.length > 0) return out;
      isStale = true;
      deps.doubt();
      return startOver(before);
    }
    if (feed.dropped().length > 0) walk(await pages.dropped(), out);
    // The feed may have moved on while that was read.
    const isThere = generation === feed.generation() && position.seq >= feed.windowSeq();
    if (isThere && out.length < BATCH) next = feed.first();
    return out;
  };

  const pull = async (): Promise<FollowItem[]> => {
    if (generation !== feed.generation() || (next !== undefined && next < feed.first())) {
      generation = feed.generation();
      next = undefined;
    }
    if (next === undefined) {
      const out = await catchUp();
      if (out.length > 0 || next === undefined) return out;
    }
    const out: FollowItem[] = [];
    next += walk(itemsFrom(feed, next), out);
    return out;
  };

  return {
    isDone: () => position.ended,
    closed: () => closed,
    async next(waitMs) {
      const until = performance.now() + waitMs;
      for (;;) {
        const seen = deps.changes();
        if (closed !== undefined) return [];
        const items = await pull();
        if (items.length > 0 || position.ended) return items;
        const left = until - performance.now();
        if (left <= 0) return [];
        if (next === undefined && !isStale) continue;
        await deps.changed(seen, left);
        isStale = false;
      }
    },
    close(why = 'left') {
      if (closed !== undefined) return;
      closed = why;
      deps.onClose();
    },
  };
};

function* itemsFrom(feed: RunFeed, from: number): Iterable<FeedItem> {
  for (let index = from; ; index += 1) {
    const item = feed.item(index);
    if (item === undefined) return;
    yield item;
  }
}
