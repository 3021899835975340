/**
 * Makes heads and journals whole (P4): whatever a crash, a lost flush or an operator did, a run never stays in a state that
 * Temporal disagrees with. Runs in every API process; a lease lets one of them work at a time (M2), and all of its steps may
 * be repeated by another.
 */
import type { Logger } from '../logger';
import type { Run, Stores } from '../store/ports';
import { createApprovalSweep } from './approval-sweep';
import type { EngineReader, ReplayJournal } from './engine-port';
import { isAway } from './head-writer';
import { createLiveSweep, type SweepOptions } from './live-sweep';
import { repairRun } from './repair';
import { createStalledMarks } from './stalled-marks';

/** How an undecided start was decided (S2): by our start, by a refusal, or it had won before. */
export type StartDecision = 'started' | 'refused' | 'already_started';

export interface ReconcilerDeps {
  readonly engine: EngineReader;
  readonly stores: Pick<Stores, 'runs' | 'journal' | 'leases' | 'approvals'>;
  readonly replay: ReplayJournal;
  /** Decides a NEW row exactly once, by the same workflow id (S2). */
  readonly decide: (run: Run) => Promise<StartDecision>;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Unique per process. */
  readonly holder: string;
  readonly options?: Partial<ReconcilerOptions>;
}

export interface ReconcilerOptions extends SweepOptions {
  readonly intervalMs: number;
  /** Length of a lease term; longer than the interval. */
  readonly leaseMs: number;
  /** A NEW row older than this is undecided: longer than any start may take. */
  readonly newAfterMs: number;
  /** NEW rows, dirty heads, problem runs and open approvals taken in one tick. */
  readonly perTick: number;
  /** A run whose history does not replay is tried again after this time. */
  readonly unreplayableMs: number;
}
const DEFAULTS: ReconcilerOptions = {
  intervalMs: 10_000,
  leaseMs: 30_000,
  newAfterMs: 15_000,
  perTick: 200,
  unreplayableMs: 600_000,
  headsPerTick: 2_000,
  pageSize: 500,
  mostOpen: 50_000,
  closeGraceMs: 3_000,
  lostAfterMs: 60_000,
};

export interface ReconcileReport {
  /** Another process has the lease. */
  readonly skipped: boolean;
  readonly decided: number;
  readonly repaired: number;
  readonly closed: number;
  readonly stalled: number;
  /** Rows of the inbox closed whose run had ended without it. */
  readonly approvals: number;
  /** Steps that could not be done now; the next tick goes on. */
  readonly failures: readonly string[];
}

export interface Reconciler {
  /** First tick at once, then every interval. */
  start(): void;
  /** Waits for the tick under way. */
  stop(): Promise<void>;
  /** One tick. Never rejects. */
  runOnce(): Promise<ReconcileReport>;
}

export const createReconciler = (deps: ReconcilerDeps): Reconciler => {
  const options = { ...DEFAULTS, ...deps.options };
  const { runs, journal, leases, approvals } = deps.stores;
  const { engine, logger, clock } = deps;
  const unreplayable = new Map<string, number>();
  const stalled = createStalledMarks({ engine, runs, logger });
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<ReconcileReport> | undefined;
  let stopped = false;

  /** A history that the code cannot replay must not hold up the others: it is reported and tried again later. */
  const repair = async (run: Run): Promise<boolean> => {
    if ((unreplayable.get(run.id) ?? 0) > clock()) return false;
    try {
      await repairRun({ engine, journal, runs, replay: deps.replay, logger }, run);
      unreplayable.delete(run.id);
      return true;
    } catch (error) {
      if (isAway(error)) throw error;
      unreplayable.set(run.id, clock() + options.unreplayableMs);
      logger.error('the history of a run does not replay; its journal stays as it is', { runId: run.id, error: String(error) });
      return false;
    }
  };
  const sweep = createLiveSweep({ engine, runs, repair, seen: stalled.adopt, logger, clock, options });

  const sweepApprovals = createApprovalSweep({ approvals, runs, clock, perTick: options.perTick });

  /** S2. Afterwards the row is Temporal's and no longer NEW. */
  const decideNew = async (): Promise<number> => {
    const undecided = await runs.listNew(new Date(clock() - options.newAfterMs), options.perTick);
    for (const row of undecided) {
      const decision = await deps.decide(row);
      const head = await runs.getById(row.id);
      if (head?.state === 'NEW') await runs.applyHead(row.id, { state: 'RUN' });
      if (decision !== 'already_started') logger.info('an undecided start was decided', { runId: row.id, decision });
    }
    return undecided.length;
  };

  const repairDirty = async (): Promise<number> => {
    let repaired = 0;
    for (const run of await runs.listDirty(options.perTick)) if (await repair(run)) repaired += 1;
    return repaired;
  };

  const tick = async (): Promise<ReconcileReport> => {
    const failures: string[] = [];
    const step = async <T>(name: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        failures.push(name);
        const tell = isAway(error) ? logger.warn : logger.error;
        tell.call(logger, 'a step of the reconciler failed; the next tick tries again', { step: name, error: String(error) });
        return otherwise;
      }
    };
    const term = Math.floor(clock() / options.leaseMs);
    const leads = await step('lease', false, () => leases.acquire('reconciler', term, deps.holder));
    if (!leads) return { skipped: failures.length === 0, decided: 0, repaired: 0, closed: 0, stalled: 0, approvals: 0, failures };
    const decided = await step('new', 0, decideNew);
    const dirty = await step('dirty', 0, repairDirty);
    const live = await step<{ readonly repaired: number; readonly closed: number }>('live', { repaired: 0, closed: 0 }, () =>
      sweep.next(),
    );
    const marked = await step('stalled', 0, () => stalled.mark(options.perTick));
    const closedRows = await step('approvals', 0, sweepApprovals);
    return {
      skipped: false,
      decided,
      repaired: dirty + live.repaired,
      closed: live.closed,
      stalled: marked,
      approvals: closedRows,
      failures,
    };
  };

  const runOnce = (): Promise<ReconcileReport> => {
    ticking ??= tick().finally(() => {
      ticking = undefined;
    });
    return ticking;
  };

  const loop = (): void => {
    void runOnce().then(() => {
      if (!stopped) timer = setTimeout(loop, options.intervalMs);
    });
  };

  return {
    start: loop,
    runOnce,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await ticking;
    },
  };
};
