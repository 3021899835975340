import { createReconciler, type Reconciler, type ReconcilerOptions, type ReplayJournal } from '../projection';
import type { Services } from './contract';
import type { ServiceDeps } from './deps';
import { createFlowService } from './flows/flow-service';
import { createSoleProcessFlows } from './flows/sole-process-flows';
import { newOperationId } from './ids';
import { createReadiness } from './readiness';
import { createDecideStart } from './runs/decide-start';
import { createVersionCache } from './runs/plan-cache';
import { createRunService } from './runs/run-service';
import { withUnwritten } from './runs/with-unwritten';

export type { ServiceDeps } from './deps';
export type { TemporalPort } from './temporal-port';

/** The use cases of every dialect. */
export const createServices = (deps: ServiceDeps): Services => {
  const flows = deps.soleProcess === true ? createSoleProcessFlows(deps.stores.flows) : deps.stores.flows;
  const stores = { ...deps.stores, flows, runs: withUnwritten(deps.stores.runs, deps.closer) };
  return {
    flows: createFlowService({ flows, clock: deps.clock }),
    runs: createRunService({ ...deps, stores }, createVersionCache(flows)),
    auth: deps.auth,
    readiness: createReadiness(deps),
  };
};

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
