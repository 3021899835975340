import { createNotifyApproval } from './approvals/notify';
import { createOpenApproval } from './approvals/open';
import { withHeartbeat } from './attempt';
import { createCall } from './call';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { createAdmit } from './engine/admit';
import { createSaveCheckpoint } from './engine/checkpoints';
import { createEvaluate } from './engine/evaluate';
import { createReadItems } from './engine/items';
import { createLoadPlan } from './engine/load-plan';
import { createRunAhead } from './engine/run-ahead';
import { createLeaveSlot, createTakeSlot } from './engine/slots';
import { isInternal, toActivityError } from './failure';
import type { ActivityRuntime } from './runtime';
import { createSecretOpener } from './secrets/used-secrets';
import { temporalRuntime } from './temporal-runtime';
import { createValues } from './values';

/** The activities of a worker. Their names are a stored contract. */
export const createActivities = (deps: ActivityDeps): Activities => {
  const runtimeOf = deps.runtime ?? temporalRuntime;
  const values = createValues(deps.artifacts, deps.now);

  const openSecrets = createSecretOpener(deps.stores);
  const callIn = (runtime: () => ActivityRuntime) => createCall(deps, values, openSecrets, runtime);

  /** Engine work: alive while it works, and its errors sorted into final ones and those that Temporal retries. */
  const engine =
    <I, O>(name: string, work: (input: I) => Promise<O>, pathOf: (input: I) => string = () => '') =>
    async (input: I): Promise<O> => {
      try {
        return await withHeartbeat(runtimeOf(), () => work(input));
      } catch (error) {
        if (isInternal(error)) deps.logger.error('An engine activity failed', { activity: name, error: String(error) });
        throw toActivityError(error, pathOf(input));
      }
    };

  return {
    call: callIn(runtimeOf),
    runAhead: engine(
      'runAhead',
      createRunAhead((runtime) => callIn(() => runtime), runtimeOf, deps.now),
    ),
    evaluate: engine('evaluate', createEvaluate(values), ({ path }) => path),
    offload: engine('offload', ({ key, value, reads, ...owner }) => values.toClaim(owner, [key], value, reads)),
    readItems: engine('readItems', createReadItems(values)),
    openApproval: engine('openApproval', createOpenApproval(deps), ({ path }) => path),
    recordApproval: engine('recordApproval', async (change) => void (await deps.stores.approvals.apply(change))),
    notifyApproval: engine('notifyApproval', createNotifyApproval(deps, values, openSecrets, runtimeOf), ({ path }) => path),
    takeSlot: engine('takeSlot', createTakeSlot(deps, values)),
    leaveSlot: engine('leaveSlot', createLeaveSlot(deps, values)),
    loadPlan: engine('loadPlan', createLoadPlan(deps)),
    admit: engine('admit', createAdmit(deps, values)),
    saveCheckpoint: engine('saveCheckpoint', createSaveCheckpoint(values)),
  };
};
