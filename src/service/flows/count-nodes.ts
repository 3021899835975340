import type { FramePlan, NodePlan, Plan } from '../../flow';

/** Nodes of a plan, those inside blocks included. */
export const countNodes = (plan: Plan): number =>
  countFrame(plan.root) + (plan.finally === undefined ? 0 : countFrame(plan.finally));

const countFrame = (frame: FramePlan): number => Object.values(frame.nodes).reduce((sum, node) => sum + countNode(node), 0);

const countNode = (node: NodePlan): number =>
  1 +
  bodiesOf(node).reduce((sum, body) => sum + countFrame(body), 0) +
  (node.compensate === undefined ? 0 : countNode(node.compensate));

const bodiesOf = ({ op }: NodePlan): readonly FramePlan[] => {
  switch (op.kind) {
    case 'loop':
      return [op.body];
    case 'parallel':
      return Object.values(op.branches);
    case 'group':
      return op.finally === undefined ? [op.body] : [op.body, op.finally];
    case 'value':
    case 'call':
    case 'delay':
    case 'waitUntil':
    case 'waitEvent':
    case 'waitCondition':
    case 'approval':
    case 'flow':
    case 'succeed':
    case 'fail':
      return [];
  }
};
