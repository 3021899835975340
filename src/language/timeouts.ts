import type { NodePlan } from '../flow';
import type { NodeDraft } from './draft';
import { COMPENSATE_TYPES, NODE_TYPES } from './nodes';

/** Types whose node runs have attempts of their own: calls, blocks and sub-flows. */
export const hasAttempts = (node: NodeDraft): boolean =>
  node.use?.attemptTimeoutMs !== undefined ||
  (node.type !== undefined && (NODE_TYPES[node.type].frames.length > 0 || node.type === 'flow'));

/** Types whose work is done by one call. */
export const isCall = (node: NodeDraft): boolean =>
  node.use?.attemptTimeoutMs !== undefined || (node.type !== undefined && COMPENSATE_TYPES.includes(node.type));

/**
 * `timeout: 10s` limits an attempt of a call, and the whole node run of everything else; `{attempt, node}` says both.
 */
export const timeoutsOf = (node: NodeDraft): Pick<NodePlan, 'attemptTimeoutMs' | 'timeoutMs'> => {
  const { plain, attempt, node: whole } = node.fields.timeout ?? {};
  const call = isCall(node);
  const attemptTimeoutMs = attempt ?? (call ? (plain ?? node.use?.attemptTimeoutMs) : undefined);
  const timeoutMs = whole ?? (call ? undefined : plain);
  return { ...(attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
};
