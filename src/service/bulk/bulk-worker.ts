import { isRepriseError } from '../../flow';
import type { Logger } from '../../logger';
import type { BulkFailure, BulkOperation, Stores } from '../../store/ports';
import type { RunService } from '../contract';

export interface BulkWorkerDeps {
  readonly stores: Pick<Stores, 'bulk' | 'leases' | 'runs'>;
  readonly runs: Pick<RunService, 'hold' | 'release' | 'cancel'>;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Unique per process. */
  readonly holder: string;
}
export interface BulkWorker {
  resume(): Promise<void>;
}

/** A process that has died is followed by another after at most this. */
const LEASE_MS = 30_000;
const BATCH = 25;
const MOST_OPERATIONS = 20;

/**
 * Goes through running operations batch by batch. The lease of an operation is claimed anew for each batch (M2), and progress is
 * stored after it; a batch that a crash repeats changes nothing, because the actions are idempotent.
 */
export const createBulkWorker = ({ stores, runs, logger, clock, holder }: BulkWorkerDeps): BulkWorker => {
  const act = async ({ action, principal }: BulkOperation, runId: string): Promise<void> => {
    if (action === 'cancel') await runs.cancel(principal, runId);
    else await runs[action](principal, runId);
  };

  /** Undefined when it is done; throws when the engine is away. */
  const tryOne = async (operation: BulkOperation, runId: string): Promise<BulkFailure | undefined> => {
    try {
      await act(operation, runId);
      return undefined;
    } catch (error) {
      if (!isRepriseError(error) || error.code === 'unavailable') throw error;
      // Cancelled is what was wanted, by whomever: a repeated batch finds its own work.
      const isCancelled = async () => (await stores.runs.get(operation.workspace, runId))?.state === 'CANCELLED';
      if (operation.action === 'cancel' && error.code === 'conflict' && (await isCancelled())) return undefined;
      return { runId, code: error.code, message: error.message };
    }
  };

  const leads = ({ id }: BulkOperation): Promise<boolean> =>
    stores.leases.acquire(`bulk:${id}`, Math.floor(clock() / LEASE_MS), holder);

  const work = async (operation: BulkOperation): Promise<void> => {
    let { handled, failures } = operation;
    while (handled < operation.runIds.length) {
      if (!(await leads(operation))) return;
      const batch = operation.runIds.slice(handled, handled + BATCH);
      const outcomes = await Promise.all(batch.map((runId) => tryOne(operation, runId)));
      handled += batch.length;
      failures = [...failures, ...outcomes.filter((outcome) => outcome !== undefined)];
      await stores.bulk.advance(operation.id, { handled, failures, state: 'running' });
    }
    if (!(await leads(operation))) return;
    await stores.bulk.advance(operation.id, { handled, failures, state: 'done', endedAt: new Date(clock()) });
  };

  const pass = async (): Promise<void> => {
    try {
      // Read behind the lease: what another process has done meanwhile counts.
      for (const { id, workspace, ...rest } of await stores.bulk.listRunning(MOST_OPERATIONS)) {
        if (!(await leads({ id, workspace, ...rest }))) continue;
        const now = await stores.bulk.get(workspace, id);
        if (now?.state === 'running') await work(now);
      }
    } catch (error) {
      logger.warn('a bulk operation rests; the next pass goes on', { error: String(error) });
    }
  };

  let passing: Promise<void> | undefined;
  let again = false;
  return {
    resume() {
      again = passing !== undefined;
      passing ??= (async () => {
        do {
          again = false;
          await pass();
        } while (again);
        passing = undefined;
      })();
      return passing;
    },
  };
};
