/** P5: an answer over 2 MB fails with a misleading error, so every answer of a query stays below 256 KiB. */
import { LIMITS, type JournalEntry, type Json, type NodeSummary } from '../flow';
import type { JournalAnswer } from './contract';

/** The first items that fit on a page: always one, so that whoever pages on gets on. */
const fitting = <T>(items: readonly T[]): T[] => {
  const taken: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += sizeOf(item);
    if (bytes > LIMITS.queryPageBytes && taken.length > 0) break;
    taken.push(item);
  }
  return taken;
};

const sizeOf = (item: unknown): number => JSON.stringify(item).length;

/** Entries after `after`, oldest first; the last page has the entry `lastSeq`. */
export const pageJournal = (ring: readonly JournalEntry[], lastSeq: number, after: number): JournalAnswer => ({
  entries: fitting(ring.filter(({ seq }) => seq > after).map(cutToPage)),
  lastSeq,
  firstSeq: ring[0]?.seq ?? lastSeq + 1,
});

/** An entry that is larger than a page keeps what it says of the run; its values are in the store. */
const cutToPage = (entry: JournalEntry): JournalEntry => {
  if (sizeOf(entry) <= LIMITS.queryPageBytes) return entry;
  const { input: _input, output: _output, data: _data, failure, ...told } = entry;
  const cut: Json = { truncated: true, bytes: sizeOf(entry) };
  return { ...told, data: cut, ...(failure === undefined ? {} : { failure: withoutStory(failure) }) };
};

const withoutStory = ({ cause: _cause, details: _details, output: _output, ...failure }: NonNullable<JournalEntry['failure']>) =>
  failure;

export const pageSummaries = (
  summaries: Readonly<Record<string, NodeSummary>>,
): { readonly nodes: Record<string, NodeSummary>; readonly truncated: boolean } => {
  const all = Object.entries(summaries);
  const taken = fitting(all);
  return { nodes: Object.fromEntries(taken), truncated: taken.length < all.length };
};
