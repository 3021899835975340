import { createReconciler, type Reconciler, type ReconcilerOptions, type ReplayJournal } from '../projection';
import type { Services } from './contract';
import type { ServiceDeps } from './deps';
import { createFlowService } from './flows/flow-service';
import { newOperationId } from './ids';
import { createReadiness } from './readiness';
import { createDecideStart } from './runs/decide-start';
import { createVersionCache } from './runs/plan-cache';
import { createRunService } from './runs/run-service';

export type { ServiceDeps } from './deps';
export type { TemporalPort } from './temporal-port';

/** The use cases of every dialect. */
export const createServices = (deps: ServiceDeps): Services => ({
  flows: createFlowService({ flows: deps.stores.flows, clock: deps.clock }),
  runs: createRunService(deps, createVersionCache(deps.stores.flows)),
  accounts: deps.accounts,
  readiness: createReadiness(deps),
});

/** The reconciler of an API process; `start()` begins at once. `replay` needs the workflow bundle. */
export const createServiceReconciler = (
  deps: Pick<ServiceDeps, 'stores' | 'temporal' | 'logger' | 'clock' | 'searchable'> & {
    readonly replay: ReplayJournal;
    readonly options?: Partial<ReconcilerOptions>;
  },
): Reconciler =>
  createReconciler({
    engine: deps.temporal,
    stores: deps.stores,
    replay: deps.replay,
    decide: createDecideStart({ ...deps, findVersion: createVersionCache(deps.stores.flows) }),
    logger: deps.logger.child({ part: 'reconciler' }),
    clock: deps.clock,
    holder: newOperationId(),
    ...(deps.options === undefined ? {} : { options: deps.options }),
  });
