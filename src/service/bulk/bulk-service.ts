import { isTerminalRunState, LIMITS, RepriseError, RUN_STATES, type Principal, type RunState } from '../../flow';
import type { Stores } from '../../store/ports';
import type { AuditTrail } from '../audit/trail';
import { newBulkId } from '../ids';
import type { BulkWorker } from './bulk-worker';
import type { BulkInput, BulkService } from './contract';

export interface BulkServiceDeps {
  readonly stores: Pick<Stores, 'bulk' | 'runs'>;
  readonly worker: BulkWorker;
  readonly audit: AuditTrail;
  /** Epoch ms. */
  readonly clock: () => number;
}

const LIVE: readonly RunState[] = RUN_STATES.filter((state) => !isTerminalRunState(state));
/** States in which an action can change anything. */
const STATES_FOR: Readonly<Record<BulkInput['action'], readonly RunState[]>> = {
  hold: LIVE.filter((state) => state !== 'ON_HOLD'),
  release: ['ON_HOLD'],
  cancel: LIVE,
};

/** One action on many runs (contract: BulkService). */
export const createBulkService = ({ stores, worker, audit, clock }: BulkServiceDeps): BulkService => {
  const toFilter = ({ action, states, ...filter }: BulkInput) => ({
    ...filter,
    // Runs that come later are not meant.
    until: filter.until ?? new Date(clock()),
    states: STATES_FOR[action].filter((state) => states === undefined || states.includes(state)),
  });

  return {
    async count({ workspace }, input) {
      return (await stores.runs.list(workspace, toFilter(input), { limit: 1, offset: 0 })).total;
    },
    async begin(principal: Principal, input) {
      const { workspace, credential } = principal;
      const { items, total } = await stores.runs.list(workspace, toFilter(input), { limit: LIMITS.bulkRuns, offset: 0 });
      if (total > LIMITS.bulkRuns)
        throw new RepriseError('validation_error', `The filter matches ${total} executions; narrow it to ${LIMITS.bulkRuns}`);
      const operation = {
        id: newBulkId(),
        workspace,
        action: input.action,
        principal: { ...principal, credential: { kind: credential.kind, id: credential.id } },
        runIds: items.map(({ id }) => id),
        handled: 0,
        failures: [],
        state: 'running' as const,
        createdAt: new Date(clock()),
      };
      await stores.bulk.insert(operation);
      const details = { action: input.action, matched: operation.runIds.length };
      await audit.record(principal, 'bulk.begin', { type: 'bulk', id: operation.id }, details);
      void worker.resume();
      return operation;
    },
    async get({ workspace }, id) {
      const operation = await stores.bulk.get(workspace, id);
      if (operation === undefined)
        throw new RepriseError('not_found', `There is no bulk operation ${id}; begin one to get its id`);
      return operation;
    },
    resume: worker.resume,
  };
};
