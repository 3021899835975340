import {
  foreseeApproval,
  type ApprovalEvent,
  type ApprovalOperation,
  type Decision,
  type NodePlan,
  type Plan,
  type RunEvent,
} from '../../src/flow';
import { callNode, opNode, planOf } from './plans';
import { simulate, type Simulation } from './simulate';

const DAY_MS = 24 * 3_600_000;
/** Of a month and more. */
export const days = (count: number): number => count * DAY_MS;

/** The node `ask`, with an edge for each of its actions. */
const askNode = (op: Partial<ApprovalOperation> = {}, more: Partial<NodePlan> = {}): NodePlan =>
  opNode(
    'ask',
    {
      kind: 'approval',
      title: 'May {{ input.who }}?',
      approvers: ['group:managers', 'account:Eve@Example.com'],
      required: 1,
      allowSelf: false,
      onTimeout: 'rejected',
      remind: [],
      ...op,
    },
    { next: { approved: ['yes'], rejected: ['no'] }, ...more },
  );

export const askPlan = (op: Partial<ApprovalOperation> = {}, more: Partial<NodePlan> = {}): Plan =>
  planOf([askNode(op, more), callNode('yes'), callNode('no')], { start: ['ask'], timeoutMs: days(366) });

/** Up to the open approval. */
export const asking = (plan: Plan): Simulation => {
  const simulation = simulate(plan, () => ({}), { who: 'Ada' });
  while (simulation.pending[0]?.type === 'openApproval') simulation.answer(0);
  return simulation;
};

const MANAGER = ['account:max@example.com', 'role:user', 'group:managers'];

/** A decision by a manager of that account. */
export const decide = (
  by: string,
  decision: Decision = 'approved',
  more: object = {},
): Extract<RunEvent, { type: 'decide' }> => ({
  type: 'decide',
  path: 'ask',
  attempt: 1,
  decision,
  by,
  as: MANAGER,
  ...more,
});

/** What an answer would do now. */
export const foreseen = ({ memory, nowMs }: Simulation, event: ApprovalEvent) => foreseeApproval({ state: memory, nowMs }, event);
