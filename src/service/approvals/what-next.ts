import type { Decision, NodePlan, Plan } from '../../flow';
import { siteOf } from '../../flow/run/paths';
import { planIndex } from '../../flow/run/plan-index';

/** The nodes that a decision leads to, by the edges of the plan. Another branch, or what a node's own rules say, may still add to them. */
export const whatNext = (
  plan: Plan,
  path: string,
  decision: Decision,
): readonly { readonly name: string; readonly type: string }[] => {
  const { nodes } = planIndex(plan);
  const site = siteOf(path);
  const node = nodes.get(site);
  if (node === undefined) return [];
  const frame = site.slice(0, site.lastIndexOf('/') + 1);
  const siblings = [...nodes].filter(([place]) => place.startsWith(frame) && !place.slice(frame.length).includes('/'));
  // The edge `default` takes what was approved, and nothing else.
  const edge = node.next[decision] ?? (decision === 'approved' ? node.next['default'] : undefined) ?? [];
  const follows = ({ id, needs = [] }: NodePlan): boolean => edge.includes(id) || needs.includes(node.id);
  return siblings.filter(([, one]) => follows(one)).map(([, { id, name = id, type }]) => ({ name, type }));
};
