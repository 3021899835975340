import { createHash } from 'node:crypto';
import { mergeBuckets, type Epoch, type JournalEntry, type RunState } from '../../flow';
import type { JournalBucket, JournalTail } from '../../store/ports';

/** What follows from the entries of a journal up to one of them. */
export interface Link {
  /** 48 bits of a hash over their content: two journals with the same digest at a seq are the same up to it (P1). */
  readonly digest: number;
  /** State of the run after them. */
  readonly state: RunState;
}
export interface LinkedEntry extends Link {
  readonly entry: JournalEntry;
  readonly bytes: number;
}
export const FIRST_LINK: Link = { digest: 0, state: 'NEW' };

export const linkTo = (before: Link, entry: JournalEntry): LinkedEntry => {
  const text = JSON.stringify(entry);
  const digest = createHash('sha256').update(`${before.digest} ${text}`).digest().readUIntBE(0, 6);
  return { entry, digest, state: stateAfter(before.state, entry), bytes: text.length };
};

const stateAfter = (before: RunState, { type, state }: JournalEntry): RunState => {
  if (type === 'run.started') return 'RUN';
  // A journal types the states of nodes and of runs alike; those of run.* entries are a run's.
  return (type === 'run.state' || type === 'run.ended') && state !== undefined ? (state as RunState) : before;
};

export interface ViewChange {
  /** What was known differs from what the store says now: `added` begins at seq 1 again. */
  readonly superseded: boolean;
  readonly added: readonly LinkedEntry[];
}

/**
 * The merged journal of one run, up to its first gap, as far as this process has read it. It keeps a link an entry, not the entries.
 * What continues it is appended; whatever does not simply continue it (another epoch's tail, a cut, a gap) makes it ask for all
 * buckets, and the merge (P1) decides.
 */
export const createJournalView = () => {
  let links: Link[] = [FIRST_LINK];
  let epoch: Epoch | undefined;
  let firstSeqs: number[] = [];
  let doubtful = true;
  let gap = false;

  const last = (): Link => links.at(-1) ?? FIRST_LINK;
  const remember = (buckets: readonly JournalBucket[]): void => {
    for (const bucket of buckets) {
      if (epoch === undefined || bucket.epoch > epoch) {
        epoch = bucket.epoch;
        firstSeqs = [];
      }
      if (bucket.epoch === epoch) firstSeqs.push(bucket.firstSeq);
    }
  };
  const push = (entry: JournalEntry): LinkedEntry => {
    const linked = linkTo(last(), entry);
    links.push({ digest: linked.digest, state: linked.state });
    return linked;
  };
  const continues = ({ entries }: JournalBucket): boolean =>
    entries.length > 0 && entries.every((entry, at) => entry.seq === links.length + at);

  return {
    /** Seq of the last entry. */
    length: (): number => links.length - 1,
    linkAt: (seq: number): Link | undefined => links[seq],
    /** All buckets must be read: nothing is known yet, or what came does not simply continue what is known. */
    isDoubtful: (): boolean => doubtful,
    doubt(): void {
      doubtful = true;
    },
    /** Later entries are stored than the next one, which a repair will bring. */
    hasGap: (): boolean => gap,
    /** Where to look for what is new. */
    tail: (): JournalTail | undefined => (epoch === undefined ? undefined : { epoch, firstSeqs }),
    append(buckets: readonly JournalBucket[]): ViewChange {
      const added: LinkedEntry[] = [];
      for (const bucket of buckets.toSorted(byAge)) {
        doubtful ||= !continues(bucket);
        if (!doubtful) added.push(...bucket.entries.map(push));
      }
      remember(buckets);
      return { superseded: false, added };
    },
    replace(buckets: readonly JournalBucket[]): ViewChange {
      const known = links;
      links = [FIRST_LINK];
      [epoch, firstSeqs, doubtful] = [undefined, [], false];
      remember(buckets);
      const merged = mergeBuckets(buckets);
      const whole = merged.filter((entry, at) => entry.seq === at + 1).map(push);
      gap = whole.length < merged.length;
      const superseded = links[known.length - 1]?.digest !== known.at(-1)?.digest;
      return { superseded, added: superseded ? whole : whole.slice(known.length - 1) };
    },
  };
};

const byAge = (a: JournalBucket, b: JournalBucket): number =>
  a.epoch === b.epoch ? a.firstSeq - b.firstSeq : a.epoch < b.epoch ? -1 : 1;
