import type { FrameDraft, NodeDraft } from '../draft';
import type { IssueList } from '../issues';
import { hasAttempts, isCall } from '../timeouts';

const WHY = {
  inline: 'makes no sense: only computations run inside the workflow',
  local: 'is not safe: a local activity may run more than once (X1)',
  activity: 'is not possible: the node runs inside the workflow',
} as const;

/** Rules about single nodes that need their type: execution class and timeouts. */
export const checkNodes = (frame: FrameDraft, issues: IssueList): void => {
  for (const node of frame.nodes.values()) {
    checkNode(node, issues);
    if (node.compensate !== undefined) checkNode(node.compensate, issues);
  }
};

const checkNode = (node: NodeDraft, issues: IssueList): void => {
  const { execution, timeout, outputMap } = node.fields;
  const { use } = node;
  if (use === undefined) return;
  if (execution !== undefined && execution !== 'auto' && !use.execution.includes(execution))
    issues.add(
      'execution_not_allowed',
      [...node.place, 'execution'],
      `\`execution: ${execution}\` ${WHY[execution]}; this node can run as ${['auto', ...use.execution].join(', ')}.`,
    );
  if (outputMap !== undefined && !isCall(node) && node.type !== 'flow')
    issues.add(
      'field_not_allowed',
      [...node.place, 'outputMap'],
      `A \`${node.type ?? ''}\` node computes its output; name the members there and remove \`outputMap\`.`,
    );
  if (timeout?.attempt !== undefined && !hasAttempts(node))
    issues.add(
      'invalid_value',
      [...node.place, 'timeout', 'attempt'],
      `A \`${node.type ?? ''}\` node has no attempts; use \`timeout.node\`.`,
    );
};
