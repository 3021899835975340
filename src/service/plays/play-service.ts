import { isRepriseError, isTerminalRunState, RepriseError } from '../../flow';
import type { Run } from '../../store/ports';
import type { ApprovalService, FlowService, NodeRunView, PlayService, RunService } from '../contract';
import { createLayeredFlows } from './layered-flows';

const FIRST_TASK_MS = 250;

export interface PlayServiceDeps {
  readonly flows: FlowService;
  readonly runs: Pick<RunService, 'start' | 'get' | 'nodes' | 'nodeRuns'>;
  readonly approvals: Pick<ApprovalService, 'decide'>;
}

/** Contract: PlayService. */
export const createPlayService = ({ flows, runs, approvals }: PlayServiceDeps): PlayService => {
  /** The head of a run that has just begun is a moment behind it: the run itself is asked. */
  const asBegun = async (principal: Parameters<RunService['nodes']>[0], run: Run): Promise<Run> => {
    if (run.state !== 'NEW') return run;
    const state = await firstState(runs.nodes(principal, run.id));
    if (state === undefined || state === 'NEW') return run;
    // P2: only the close makes a head terminal.
    return { ...run, state: isTerminalRunState(state) ? 'RUN' : state };
  };

  return {
    async start(principal, { args, ...input }) {
      const answer = await runs.start(principal, { ...input, input: args, keyRule: 'adopt' });
      return { ...answer, run: await asBegun(principal, answer.run) };
    },
    get: async (principal, id) => asBegun(principal, await runs.get(principal, id)),
    async approve(principal, id, { layerId, ...answer }) {
      const all = await runs.nodeRuns(principal, id);
      const layer = all.find((one) => one.id === layerId);
      if (layer === undefined)
        throw new RepriseError('not_found', `Play ${id} has no layer ${layerId}; list its layers to see their ids`);
      const asks = all.find((one) => one.type === 'approval' && belongsTo(layer, one));
      if (asks === undefined) throw new RepriseError('conflict', `The layer ${layer.path} asks nobody now; read its state again`);
      return approvals.decide(principal, `${id}:${asks.path}`, answer);
    },
    ...createLayeredFlows(flows),
  };
};

/** The question is the layer itself, or a part of it. */
const belongsTo = (layer: NodeRunView, node: NodeRunView): boolean =>
  node === layer || (node.path.startsWith(`${layer.path}/`) && !node.path.slice(layer.path.length + 1).includes('/'));

/** Undefined when nobody has answered in time, or can. */
const firstState = async (asked: ReturnType<RunService['nodes']>): Promise<Run['state'] | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), FIRST_TASK_MS);
  });
  try {
    return (await Promise.race([asked, late]))?.state;
  } catch (error) {
    // The play is accepted; that it cannot be asked now changes nothing.
    if (isRepriseError(error) && error.code === 'unavailable') return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};
