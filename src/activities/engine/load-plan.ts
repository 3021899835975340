import type { Activities } from '../contract';
import type { ActivityDeps } from '../deps';
import { CallFault, onStore } from '../failure';

/** The plan of a version, also of a flow that was deleted since: a run is pinned to its version. */
export const createLoadPlan =
  ({ stores }: ActivityDeps): Activities['loadPlan'] =>
  async ({ workspace, flowId, version }) => {
    const found = await onStore(() => stores.flows.getVersion(workspace, flowId, version));
    if (found === undefined)
      throw new CallFault({
        code: 'not_found',
        message: `Version ${version} of flow ${flowId} does not exist`,
        retryable: false,
      });
    return found.plan;
  };
