import { createReconciler, type Reconciler, type ReconcilerOptions, type ReplayJournal } from '../projection';
import { createAccessServices } from './access-services';
import { createApprovalLinks } from './approvals/links';
import { createApprovalService } from './approvals/approval-service';
import { createAuditService } from './audit/audit-service';
import { auditedApprovals } from './audit/audited-approvals';
import { auditedFlows } from './audit/audited-flows';
import { auditedRuns } from './audit/audited-runs';
import { createAuditTrail } from './audit/trail';
import { createBulkService } from './bulk/bulk-service';
import { createBulkWorker } from './bulk/bulk-worker';
import type { Services } from './contract';
import type { ServiceDeps } from './deps';
import { createFlowService } from './flows/flow-service';
import { newOperationId } from './ids';
import { createKvService } from './kv/kv-service';
import { createLiveService } from './live/live-service';
import { createPlayService } from './plays/play-service';
import { createReadiness } from './readiness';
import { createDecideStart } from './runs/decide-start';
import { createVersionCache } from './runs/plan-cache';
import { createRunService } from './runs/run-service';
import { createScheduleService } from './schedules/schedule-service';
import { scheduledFlows } from './schedules/scheduled-flows';
import { createSecretService } from './secrets/secret-service';
import { createSoleProcessAccess } from './sole-process/access';
import { createSoleProcessFlows } from './sole-process/flows';

export type { ServiceDeps } from './deps';
export type { TemporalPort } from './temporal-port';

/** The use cases of every dialect. */
export const createServices = (deps: ServiceDeps): Services => {
  const flows = deps.soleProcess === true ? createSoleProcessFlows(deps.stores.flows) : deps.stores.flows;
  const access = deps.soleProcess === true ? createSoleProcessAccess(deps.stores) : {};
  const stores = { ...deps.stores, ...access, flows };
  const audit = createAuditTrail({ audit: stores.audit, logger: deps.logger.child({ part: 'audit' }), now: deps.clock });
  const findVersion = createVersionCache(flows);
  const accessServices = createAccessServices({ ...deps, stores, audit, now: deps.clock });
  const schedules = createScheduleService({ ...deps, stores, audit, engine: deps.temporal.schedules });
  const parts = {
    flows: auditedFlows(
      scheduledFlows(createFlowService({ flows, secrets: stores.secrets, clock: deps.clock }), schedules),
      audit,
    ),
    runs: auditedRuns(createRunService({ ...deps, stores }, findVersion), audit),
    approvals: auditedApprovals(createApprovalService({ ...deps, stores }), audit),
  };
  const bulkWorker = createBulkWorker({ ...deps, stores, runs: parts.runs, holder: newOperationId() });
  return {
    ...parts,
    approvalLinks: createApprovalLinks({ ...deps, stores, approvals: parts.approvals, findVersion, audit }),
    plays: createPlayService(parts),
    kv: createKvService(stores.kv),
    schedules,
    bulk: createBulkService({ ...deps, stores, audit, worker: bulkWorker }),
    ...accessServices,
    secrets: createSecretService({ stores, audit, now: deps.clock }),
    audit: createAuditService(stores),
    live: createLiveService({ ...deps, stores, findVersion, auth: accessServices.auth, ...deps.live }),
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
