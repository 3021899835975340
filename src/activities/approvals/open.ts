import type { Approval, Run, RunStore } from '../../store/ports';
import type { Activities, OpenApprovalInput } from '../contract';
import type { ActivityDeps } from '../deps';
import { dueTimes } from './due-times';

/** Sub-flows in sub-flows: whoever started the outermost run asks. */
const MOST_PARENTS = 20;

/** P8: the row is there before the node waits. Done again it finds its row, and answers the same times. */
export const createOpenApproval =
  ({ stores }: Pick<ActivityDeps, 'stores'>): Activities['openApproval'] =>
  async (input) => {
    const times = dueTimes(input.approval.openedAt, input.approval.spans);
    const requestedBy = await starterOf(stores.runs, input.facts.runId);
    await stores.approvals.insert(rowOf(input, times.dueAt, requestedBy));
    return times;
  };

const starterOf = async (runs: Pick<RunStore, 'getById'>, runId: string): Promise<string | undefined> => {
  let run: Run | undefined;
  let id: string | undefined = runId;
  for (let level = 0; id !== undefined && level < MOST_PARENTS; level += 1) {
    run = await runs.getById(id);
    if (run?.trigger.by !== undefined) return run.trigger.by;
    id = run?.trigger.parentRunId;
  }
  return undefined;
};

const rowOf = (
  { facts, path, nodeRunId, attempt, approval }: OpenApprovalInput,
  dueAt: number | undefined,
  requestedBy: string | undefined,
): Approval => {
  const { openedAt, spans: _, ...question } = approval;
  const { runId, workspace, flowId, flowName, version } = facts;
  return {
    ...question,
    workspace,
    runId,
    flowId,
    flowName,
    version,
    path,
    attempt,
    nodeRunId,
    state: 'open',
    rev: 0,
    decisions: [],
    createdAt: new Date(openedAt),
    ...(requestedBy === undefined ? {} : { requestedBy }),
    ...(dueAt === undefined ? {} : { dueAt: new Date(dueAt) }),
  };
};
