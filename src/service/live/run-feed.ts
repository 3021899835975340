import type { JournalEntry } from '../../flow';
import type { JournalBucket, Run, SideLogChunk } from '../../store/ports';
import { createJournalView, type Link, type LinkedEntry, type ViewChange } from './journal-view';
import { createTalkers, type Said } from './talkers';

/** What followers are given, in this order. */
export type FeedItem =
  | { readonly kind: 'entry'; readonly linked: LinkedEntry }
  | { readonly kind: 'said'; readonly said: Said; readonly bytes: number }
  /** The run as it ended; its last entry comes with it when the journal has one. */
  | { readonly kind: 'end'; readonly run: Run; readonly linked?: LinkedEntry };

/**
 * One followed run in this process: a list of items that grows at its end, of which the newest `windowBytes` are kept. Items
 * have numbers that never change in one generation; content that was superseded (P1) begins the next generation.
 *
 * Entries are held back that are not sure to be next: the end of a node run whose side log was not read to its end, and the end
 * of the run until Temporal has told it (P2).
 */
export const createRunFeed = (run: Run, sites: ReadonlySet<string>, windowBytes: number) => {
  const view = createJournalView();
  const talkers = createTalkers(sites);
  let generation = 0;
  let held: LinkedEntry[] = [];
  let items: FeedItem[] = [];
  let first = 0;
  let bytes = 0;
  let windowSeq = 0;
  /** Said by node runs that are still in the window, but dropped itself. */
  const dropped = new Map<string, Said>();
  let ended: { readonly run: Run; readonly certain: boolean } | undefined;
  let complete = false;

  const evict = (): void => {
    while (bytes > windowBytes && items.length > 1) {
      const oldest = items.shift();
      first += 1;
      if (oldest?.kind === 'said') {
        bytes -= oldest.bytes;
        dropped.set(oldest.said.talker.nodeRunId, oldest.said);
      }
      if (oldest?.kind !== 'entry') continue;
      bytes -= oldest.linked.bytes;
      windowSeq = oldest.linked.entry.seq;
      const { type, nodeRunId } = oldest.linked.entry;
      if (type !== 'node.ended' || nodeRunId === undefined) continue;
      talkers.forget(nodeRunId);
      dropped.delete(nodeRunId);
    }
  };
  const push = (item: FeedItem): void => {
    items.push(item);
    if (item.kind === 'said') bytes += item.bytes;
    if (item.kind === 'entry') bytes += item.linked.bytes;
  };
  const say = (said: readonly Said[]): void => {
    for (const one of said) push({ kind: 'said', said: one, bytes: JSON.stringify(one.chunk.lines).length });
  };

  /** The end comes once: with the journal's last entry, or without it when there is none and none is to come. */
  const finish = (linked: LinkedEntry | undefined): void => {
    if (ended === undefined) return;
    push({ kind: 'end', run: ended.run, ...(linked === undefined ? {} : { linked }) });
    complete = true;
    held = [];
  };
  const release = (): void => {
    while (!complete) {
      const [next] = held;
      if (next === undefined) {
        if (ended?.certain === true) finish(undefined);
        break;
      }
      if (talkers.holds(next.entry)) break;
      if (next.entry.type === 'run.ended') {
        finish(next);
        break;
      }
      held.shift();
      push({ kind: 'entry', linked: next });
      say(talkers.release(next.entry));
    }
    evict();
  };

  const take = ({ superseded, added }: ViewChange): void => {
    if (superseded) {
      generation += 1;
      [held, items, first, bytes, windowSeq, complete] = [[], [], 0, 0, 0, false];
      talkers.clear();
      dropped.clear();
    }
    for (const linked of added) talkers.hear(linked.entry);
    held.push(...added);
    release();
  };

  return {
    runId: run.id,
    workspace: run.workspace,
    view,
    talkers,
    generation: (): number => generation,
    /** Numbers of the first item that is kept and of the next one that will come. */
    first: (): number => first,
    next: (): number => first + items.length,
    item: (index: number): FeedItem | undefined => items[index - first],
    /** Entries up to this seq are no longer kept; the store has them. */
    windowSeq: (): number => windowSeq,
    /** The last thing that was dropped of what each node run said whose end is in the window or still to come. */
    dropped: (): readonly Said[] => [...dropped.values()],
    linkAt: (seq: number): Link | undefined => view.linkAt(seq),
    isComplete: (): boolean => complete,
    isClosed: (): boolean => ended !== undefined,
    talksAt: (entry: JournalEntry): boolean => entry.node !== undefined && sites.has(entry.node),
    append: (buckets: readonly JournalBucket[]): void => take(view.append(buckets)),
    replace: (buckets: readonly JournalBucket[]): void => take(view.replace(buckets)),
    hearSaid(chunks: readonly SideLogChunk[], asked: ReturnType<typeof talkers.ask>): void {
      say(asked.take(chunks));
      release();
    },
    /** @param certain the journal is as whole as it will be: its end need not be waited for */
    close(end: Run, certain: boolean): void {
      ended = { run: end, certain };
      release();
    },
  };
};
export type RunFeed = ReturnType<typeof createRunFeed>;
