import type { Logger } from '../logger';
import type { Run, RunStore } from '../store/ports';
import { closureOf, lostClosure } from './closure';
import type { EngineReader, OpenRun } from './engine-port';

export interface SweepDeps {
  readonly engine: Pick<EngineReader, 'listOpen' | 'readClose'>;
  readonly runs: Pick<RunStore, 'close' | 'getById' | 'listLive'>;
  /** Compares with history; errors that are not `unavailable` are reported by it and answered with false. */
  readonly repair: (run: Run) => Promise<boolean>;
  /** Told of every live head. */
  readonly seen: (head: Run) => void;
  readonly logger: Logger;
  readonly clock: () => number;
  readonly options: SweepOptions;
}
export interface SweepOptions {
  /** Heads looked at in one call. */
  readonly headsPerTick: number;
  readonly pageSize: number;
  /** Open runs remembered from visibility; a run beyond them is asked for one by one. */
  readonly mostOpen: number;
  /** A run that closed this recently is left to those who follow it, ms. */
  readonly closeGraceMs: number;
  /** A run that Temporal does not know is lost after this time, ms. */
  readonly lostAfterMs: number;
}
export interface SweepReport {
  readonly looked: number;
  readonly repaired: number;
  readonly closed: number;
  /** The pass over all live heads is complete. */
  readonly complete: boolean;
}

/**
 * Walks over all live heads, in slices, and compares them with Temporal: repairs those that lag, closes those whose run
 * has ended without anyone following it.
 */
export const createLiveSweep = (deps: SweepDeps) => {
  const { options } = deps;
  /** When a run was first found missing. */
  const missing = new Map<string, number>();
  let open = new Map<string, OpenRun>();
  let after: string | undefined;

  const listOpen = async (): Promise<Map<string, OpenRun>> => {
    const found = new Map<string, OpenRun>();
    let next: Uint8Array | undefined;
    do {
      const page = await deps.engine.listOpen(options.pageSize, next);
      for (const run of page.runs) found.set(run.runId, run);
      next = page.next;
    } while (next !== undefined && found.size < options.mostOpen);
    return found;
  };

  /** Visibility may be behind, never ahead: an upsert that it shows is in the journal, or the head lags. */
  const lags = (head: Run, shown: OpenRun): boolean =>
    shown.seq !== undefined &&
    (head.seq < shown.seq || (head.seq === shown.seq && shown.state !== undefined && shown.state !== head.state));

  const close = async (head: Run): Promise<'closed' | 'open'> => {
    const answer = await deps.engine.readClose(head.id);
    if (answer.kind === 'open') return 'open';
    if (answer.kind === 'unknown') return closeLost(head);
    missing.delete(head.id);
    if (deps.clock() - answer.close.at < options.closeGraceMs) return 'open';
    // Before the close: what the run told last may have been lost with its worker.
    await deps.repair(head);
    await deps.runs.close(head.id, closureOf(answer.close));
    deps.logger.info('a run that had ended was closed', { runId: head.id, how: answer.close.kind });
    return 'closed';
  };

  const closeLost = async (head: Run): Promise<'closed' | 'open'> => {
    // A NEW row may not have been started yet: it is decided elsewhere (S2).
    if (head.state === 'NEW') return 'open';
    const since = missing.get(head.id) ?? deps.clock();
    missing.set(head.id, since);
    if (deps.clock() - since < options.lostAfterMs) return 'open';
    missing.delete(head.id);
    await deps.runs.close(head.id, lostClosure(deps.clock()));
    deps.logger.warn('Temporal does not know a run any more; it ends as lost', { runId: head.id });
    return 'closed';
  };

  const look = async (head: Run): Promise<'fine' | 'repaired' | 'closed'> => {
    const shown = open.get(head.id);
    if (shown === undefined) return (await close(head)) === 'closed' ? 'closed' : 'fine';
    missing.delete(head.id);
    if (!lags(head, shown)) return 'fine';
    const now = await deps.runs.getById(head.id);
    if (now === undefined || now.endedAt !== undefined || !lags(now, shown)) return 'fine';
    return (await deps.repair(now)) ? 'repaired' : 'fine';
  };

  return {
    async next(): Promise<SweepReport> {
      if (after === undefined) open = await listOpen();
      const count = { looked: 0, repaired: 0, closed: 0 };
      while (count.looked < options.headsPerTick) {
        const heads = await deps.runs.listLive(after, options.pageSize);
        for (const head of heads) {
          deps.seen(head);
          const found = await look(head);
          count.looked += 1;
          if (found !== 'fine') count[found] += 1;
          after = head.id;
        }
        if (heads.length < options.pageSize) {
          after = undefined;
          return { ...count, complete: true };
        }
      }
      return { ...count, complete: false };
    },
  };
};
