import { mergeBuckets, siteOf, type JournalEntry, type Json } from '../../flow';
import type { JournalStore, Page, PageRequest, Run, SideLogChunk, SideLogLine, SideLogStore } from '../../store/ports';
import type { LogLine } from '../contract';

/** The log of a run: its journal's messages and what its activities said, by time. `debug` lines only when asked for. */
export const createLogs =
  (deps: { readonly journal: Pick<JournalStore, 'readBuckets'>; readonly sideLog: Pick<SideLogStore, 'list'> }) =>
  async (run: Run, filter: { readonly level?: string }, page: PageRequest): Promise<Page<LogLine>> => {
    const [buckets, chunks] = await Promise.all([deps.journal.readBuckets(run.id), deps.sideLog.list(run.id)]);
    const wanted = (line: LogLine): boolean =>
      filter.level === undefined ? line.level !== 'debug' : line.level === filter.level;
    const lines = [...fromJournal(mergeBuckets(buckets)), ...chunks.flatMap((chunk) => fromChunk(run, chunk))]
      .filter(wanted)
      // Stable: lines of one moment keep the order in which the run told them.
      .sort((a, b) => a.timestamp.getTime() - b.timestamp.getTime());
    return { items: lines.slice(page.offset, page.offset + page.limit), total: lines.length };
  };

const fromJournal = (entries: readonly JournalEntry[]): LogLine[] => {
  const nodes = entries.filter((entry) => entry.node !== undefined);
  return entries.map((entry) => {
    // FlowRunner's lines about the whole execution name the node with which it starts and ends.
    return lineOf(entry, entry.type === 'run.started' ? nodes[0] : entry.type === 'run.ended' ? nodes.at(-1) : entry);
  });
};

/** A journal entry as a line of the log, with the node of `about`. */
export const lineOf = (entry: JournalEntry, about: Pick<JournalEntry, 'node' | 'nodeType'> | undefined = entry): LogLine => {
  const data = entry.data ?? failureOf(entry);
  return {
    timestamp: new Date(entry.at),
    level: entry.level,
    message: entry.message,
    ...(about?.node === undefined ? {} : { nodeId: about.node }),
    ...(about?.nodeType === undefined ? {} : { nodeType: about.nodeType }),
    ...(data === undefined ? {} : { data }),
  };
};

const failureOf = ({ failure }: JournalEntry): Json | undefined =>
  failure === undefined
    ? undefined
    : { code: failure.code, ...(failure.status === undefined ? {} : { status_code: failure.status }) };

const fromChunk = (run: Run, chunk: SideLogChunk): LogLine[] => {
  const node = siteOf(chunk.path);
  return chunk.lines.map((line) => lineSaid(line, node, run.nodes[node]?.type));
};

/** What an activity said, as a line of the log. */
export const lineSaid = (line: SideLogLine, node: string, type: string | undefined): LogLine => ({
  timestamp: line.at,
  level: line.level,
  message: line.message,
  nodeId: node,
  ...(type === undefined ? {} : { nodeType: type }),
  ...(line.data === undefined ? {} : { data: line.data }),
});
