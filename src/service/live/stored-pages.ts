import type { JournalStore, SideLogStore } from '../../store/ports';
import { FIRST_LINK, linkTo, type Link } from './journal-view';
import type { FeedItem, RunFeed } from './run-feed';

/** Entries read at once for somebody who is far behind. */
const PAGE = 200;

/**
 * The older part of a feed, which is no longer kept in memory, as the items that it once was. Followers who stand at the same place
 * share a read.
 */
export const createStoredPages = (
  feed: RunFeed,
  stores: { readonly journal: Pick<JournalStore, 'read'>; readonly sideLog: Pick<SideLogStore, 'readBehind'> },
) => {
  const flights = new Map<string, Promise<readonly FeedItem[]>>();
  const shared = (key: string, read: () => Promise<readonly FeedItem[]>): Promise<readonly FeedItem[]> => {
    const flight = flights.get(key) ?? read().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };

  const readPage = async (after: number): Promise<readonly FeedItem[]> => {
    const until = feed.windowSeq();
    const entries = (await stores.journal.read(feed.runId, after, PAGE)).filter(({ seq }) => seq <= until);
    const ended = entries.filter((entry) => entry.type === 'node.ended' && feed.talksAt(entry));
    const marks = ended.map((entry) => ({ nodeRunId: entry.nodeRunId ?? '' }));
    const chunks = marks.length === 0 ? [] : await stores.sideLog.readBehind(feed.runId, marks);
    let link: Link = feed.linkAt(after) ?? FIRST_LINK;
    return entries.flatMap((entry): FeedItem[] => {
      const linked = linkTo(link, entry);
      link = linked;
      const { nodeRunId = '', node: site = '', nodeType = '', seq: endedAt } = entry;
      const said = ended.includes(entry) ? chunks.filter((chunk) => chunk.nodeRunId === nodeRunId) : [];
      const talker = { nodeRunId, site, nodeType, endedAt };
      return [...said.map((chunk): FeedItem => ({ kind: 'said', said: { talker, chunk }, bytes: 0 })), { kind: 'entry', linked }];
    });
  };

  const readDropped = async (): Promise<readonly FeedItem[]> => {
    const last = new Map(feed.dropped().map((said) => [said.talker.nodeRunId, said]));
    const chunks = await stores.sideLog.readBehind(
      feed.runId,
      [...last.keys()].map((nodeRunId) => ({ nodeRunId })),
    );
    return chunks.flatMap((chunk): FeedItem[] => {
      const until = last.get(chunk.nodeRunId);
      if (until === undefined || chunk.attempt > until.chunk.attempt) return [];
      if (chunk.attempt === until.chunk.attempt && chunk.n > until.chunk.n) return [];
      return [{ kind: 'said', said: { talker: until.talker, chunk }, bytes: 0 }];
    });
  };

  return {
    /** What follows on entry `after`, up to what the feed keeps. */
    after: (after: number): Promise<readonly FeedItem[]> => shared(`after ${feed.generation()} ${after}`, () => readPage(after)),
    /** What node runs said that the feed still keeps the end of. */
    dropped: (): Promise<readonly FeedItem[]> => shared(`dropped ${feed.generation()} ${feed.first()}`, readDropped),
  };
};
export type StoredPages = ReturnType<typeof createStoredPages>;
