import { isRepriseError, isTerminalRunState, RUN_STATES } from '../../flow';
import type { Logger } from '../../logger';
import type { Run, Stores } from '../../store/ports';
import type { WorkspaceItem } from './contract';

/** Runs of a workspace that are looked at: the newest of all and the newest live ones, so many of each. */
const MOST_LOOKED_AT = 100;
/** Entries of one run in one look, and how far back a run is read that was not known before. */
const MOST_ENTRIES = 1_000;
const MOST_BEHIND = 200;
/** From an announcement to the look. */
const SOON_MS = 20;
const LIVE_STATES = RUN_STATES.filter((state) => !isTerminalRunState(state));

export interface WorkspaceFeedDeps {
  readonly workspace: string;
  readonly runs: Pick<Stores['runs'], 'list' | 'get'>;
  readonly journal: Pick<Stores['journal'], 'read'>;
  readonly logger: Logger;
  /** Between two looks at all, ms. */
  readonly everyMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onItem: (item: WorkspaceItem) => void;
}

interface Mark {
  seq: number;
  /** Its end is told. */
  ended: boolean;
}

/**
 * What happens to the runs of one workspace from now on, however many listen. A look at all is two lists and one journal read for
 * each run whose head has moved; what a writer of this process announces, and a run that is about to close, is looked at alone. A
 * run that is in neither list is seen only when it is announced.
 */
export const createWorkspaceFeed = (deps: WorkspaceFeedDeps) => {
  const { workspace, now, everyMs } = deps;
  const beganAt = now();
  const marks = new Map<string, Mark>();
  const announced = new Set<string>();
  /** The journal says that it ends; its head does not yet (P2). */
  const ending = new Set<string>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let primed = false;
  let stopped = false;

  const isYoung = (run: Run): boolean => run.createdAt.getTime() >= beganAt;
  const markOf = (run: Run): Mark => {
    const known = marks.get(run.id);
    if (known !== undefined) return known;
    // What was there at the beginning is history.
    const seq = isYoung(run) ? 0 : primed ? Math.max(0, run.seq - MOST_BEHIND) : run.seq;
    const mark = { seq, ended: !isYoung(run) && (run.endedAt?.getTime() ?? Infinity) < beganAt };
    marks.set(run.id, mark);
    return mark;
  };

  const tell = async (run: Run): Promise<void> => {
    const mark = markOf(run);
    if (mark.ended) return;
    const entries = await deps.journal.read(run.id, mark.seq, MOST_ENTRIES);
    for (const entry of entries) {
      mark.seq = entry.seq;
      if (isYoung(run) || entry.at >= beganAt) deps.onItem({ kind: 'entry', run, entry });
      if (entry.type === 'run.ended') ending.add(run.id);
    }
    if (run.endedAt === undefined || entries.length === MOST_ENTRIES) return;
    mark.ended = true;
    ending.delete(run.id);
    deps.onItem({ kind: 'end', run });
  };

  const lists = async (): Promise<Run[]> => {
    lookedAt = performance.now();
    const page = { limit: MOST_LOOKED_AT, offset: 0 };
    const [newest, live] = await Promise.all([
      deps.runs.list(workspace, {}, page),
      deps.runs.list(workspace, { states: LIVE_STATES }, page),
    ]);
    const found = new Map([...live.items, ...newest.items].map((run) => [run.id, run]));
    for (const [id, mark] of marks) {
      if (found.has(id)) continue;
      if (mark.ended) marks.delete(id);
      else announced.add(id);
    }
    return [...found.values()];
  };

  const look = async (): Promise<void> => {
    const found = performance.now() - lookedAt >= everyMs ? await lists() : [];
    const wanted = new Set([...announced, ...ending]);
    announced.clear();
    const alone = await Promise.all([...wanted].map((id) => deps.runs.get(workspace, id)));
    for (const run of [...found.filter(({ id }) => !wanted.has(id)), ...alone]) {
      if (run === undefined) continue;
      const mark = markOf(run);
      const hasMoved = wanted.has(run.id) || run.seq > mark.seq || (run.endedAt !== undefined && !mark.ended);
      if (primed && hasMoved) await tell(run);
    }
    primed = true;
  };

  const schedule = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void run(), ms).unref();
  };
  const run = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await look();
    } catch (error) {
      if (!(isRepriseError(error) && error.code === 'unavailable'))
        deps.logger.warn('a workspace cannot be followed now; it is tried again', { workspace, error: String(error) });
    }
    looking = false;
    schedule(announced.size > 0 || ending.size > 0 ? SOON_MS : everyMs);
  };

  return {
    /** Resolves when what comes from now on will be told. */
    ready: run(),
    /** Something was written of this run, of whatever workspace. */
    announce(runId: string): void {
      announced.add(runId);
      if (primed && !looking) schedule(SOON_MS);
    },
    stop(): void {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
export type WorkspaceFeed = ReturnType<typeof createWorkspaceFeed>;
