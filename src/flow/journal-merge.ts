import type { Epoch, JournalEntry } from './journal';
import { sameContent } from './same-content';

/** Entries that one execution of one workflow task (or of several, in order) wrote. */
export interface EpochEntries {
  readonly epoch: Epoch;
  readonly entries: readonly JournalEntry[];
  /** Without entries: this epoch wrote nothing from this seq on, so what older epochs wrote there is cut (a repair does that). */
  readonly firstSeq?: number;
}

/**
 * One journal from what several executions of workflow tasks wrote (P1): per seq the newest epoch wins, and where its
 * content differs from the older one, the older tail from that seq on is cut: the task ran again and went another way.
 * The order of the buckets and repeated buckets make no difference. Ascending by seq; a gap means that a write was lost.
 */
export const mergeBuckets = (buckets: readonly EpochEntries[]): JournalEntry[] => {
  let merged = new Map<number, JournalEntry>();
  const ends = endsOf(buckets);
  for (const [epoch, entries] of byEpoch(buckets)) {
    const differing = entries.find((entry) => {
      const older = merged.get(entry.seq);
      return older !== undefined && !sameContent(older, entry);
    })?.seq;
    const cut = differing ?? ends.get(epoch);
    if (cut !== undefined) merged = new Map([...merged].filter(([seq]) => seq < cut));
    for (const entry of entries) merged.set(entry.seq, entry);
  }
  return [...merged.values()].sort((a, b) => a.seq - b.seq);
};

/** Epochs that say where they end. */
const endsOf = (buckets: readonly EpochEntries[]): ReadonlyMap<Epoch, number> => {
  const ends = new Map<Epoch, number>();
  for (const { epoch, entries, firstSeq } of buckets)
    if (entries.length === 0 && firstSeq !== undefined) ends.set(epoch, Math.min(firstSeq, ends.get(epoch) ?? firstSeq));
  return ends;
};

/** Oldest epoch first; inside one, ascending by seq without repeats. */
const byEpoch = (buckets: readonly EpochEntries[]): (readonly [Epoch, readonly JournalEntry[]])[] => {
  const epochs = new Map<Epoch, Map<number, JournalEntry>>();
  for (const { epoch, entries } of buckets) {
    const known = epochs.get(epoch) ?? new Map<number, JournalEntry>();
    for (const entry of entries) known.set(entry.seq, preferred(known.get(entry.seq), entry));
    epochs.set(epoch, known);
  }
  return [...epochs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([epoch, entries]) => [epoch, [...entries.values()].sort((a, b) => a.seq - b.seq)] as const);
};

/** One epoch writes a seq once; were there two, the choice must not depend on the order in which they are read. */
const preferred = (known: JournalEntry | undefined, entry: JournalEntry): JournalEntry =>
  known === undefined || JSON.stringify(known) <= JSON.stringify(entry) ? entry : known;
