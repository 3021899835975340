import type { JournalEntry } from '../../flow';
import type { SideLogChunk, SideLogMark } from '../../store/ports';
import { isBehind, type SideMark } from './cursor';

/** A node run that may say something while it runs. */
export interface Talker {
  readonly nodeRunId: string;
  readonly site: string;
  readonly nodeType: string;
  /** Seq of its end, once that is known. */
  endedAt?: number;
}
interface State extends Talker {
  /** Its beginning was released: what it says may be, too. */
  begun: boolean;
  /** All that it said was read. */
  settled: boolean;
  mark?: SideMark;
  early: SideLogChunk[];
}
export interface Said {
  readonly talker: Talker;
  readonly chunk: SideLogChunk;
}

/**
 * Side logs of one run's node runs, in step with its journal: what a node run says comes after its beginning and before its end, so
 * an end is held back until a read that began after it was known has brought the rest. Only nodes at `sites` say anything.
 */
export const createTalkers = (sites: ReadonlySet<string>) => {
  const known = new Map<string, State>();
  const talks = (entry: JournalEntry): boolean => entry.node !== undefined && sites.has(entry.node);
  const stateOf = (entry: JournalEntry): State | undefined =>
    talks(entry) && entry.nodeRunId !== undefined ? known.get(entry.nodeRunId) : undefined;
  const unsettled = (): State[] => [...known.values()].filter((talker) => !talker.settled);

  return {
    /** An entry became known. */
    hear(entry: JournalEntry): void {
      const { nodeRunId, node: site, nodeType = '' } = entry;
      if (!talks(entry) || nodeRunId === undefined || site === undefined) return;
      const talker = known.get(nodeRunId) ?? { nodeRunId, site, nodeType, begun: false, settled: false, early: [] };
      if (entry.type === 'node.ended') talker.endedAt = entry.seq;
      known.set(nodeRunId, talker);
    },
    isOpen: (): boolean => unsettled().length > 0,
    /** An end waits for a read. */
    isAwaited: (): boolean => unsettled().some((talker) => talker.endedAt !== undefined),
    /** Whether this entry is an end that must wait. */
    holds: (entry: JournalEntry): boolean => entry.type === 'node.ended' && stateOf(entry)?.settled === false,
    /** What to read now; give the answer to `take`. */
    ask(): { readonly marks: readonly SideLogMark[]; readonly take: (chunks: readonly SideLogChunk[]) => readonly Said[] } {
      const asked = unsettled();
      const ended = asked.filter((talker) => talker.endedAt !== undefined);
      const marks = asked.map(({ nodeRunId, mark }) => ({ nodeRunId, ...mark }));
      const take = (chunks: readonly SideLogChunk[]): readonly Said[] => {
        const said: Said[] = [];
        for (const chunk of chunks) {
          const talker = known.get(chunk.nodeRunId);
          if (talker === undefined || talker.settled || !isBehind(talker.mark, chunk)) continue;
          talker.mark = { attempt: chunk.attempt, n: chunk.n };
          if (talker.begun) said.push({ talker, chunk });
          else talker.early.push(chunk);
        }
        for (const talker of ended) talker.settled = true;
        return said;
      };
      return { marks, take };
    },
    /** An entry is released; answers what was said after it and read before. */
    release(entry: JournalEntry): readonly Said[] {
      const talker = stateOf(entry);
      if (talker === undefined || talker.begun) return [];
      talker.begun = true;
      return talker.early.splice(0).map((chunk) => ({ talker, chunk }));
    },
    forget(nodeRunId: string): void {
      known.delete(nodeRunId);
    },
    clear(): void {
      known.clear();
    },
  };
};
