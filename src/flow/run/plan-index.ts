import type { FramePlan, NodePlan, Plan } from '../plan';
import { COMPENSATE_FRAME, FINALLY_FRAME, joinPath, ROOT_FRAME, slotPath } from './paths';

/** Frames and nodes of a plan by their static path. */
export interface PlanIndex {
  readonly frames: ReadonlyMap<string, FramePlan>;
  readonly nodes: ReadonlyMap<string, NodePlan>;
}

const memo = new WeakMap<Plan, PlanIndex>();

/** Built once per plan object: an execution keeps one. */
export const planIndex = (plan: Plan): PlanIndex => {
  const known = memo.get(plan);
  if (known !== undefined) return known;
  const index = buildIndex(plan);
  memo.set(plan, index);
  return index;
};

const buildIndex = (plan: Plan): PlanIndex => {
  const frames = new Map<string, FramePlan>();
  const nodes = new Map<string, NodePlan>();
  const undo: Record<string, NodePlan> = {};
  const addFrame = (site: string, frame: FramePlan): void => {
    frames.set(site, frame);
    for (const [id, node] of Object.entries(frame.nodes)) {
      const place = joinPath(site, id);
      nodes.set(place, node);
      if (node.compensate !== undefined) undo[place] = node.compensate;
      for (const [slot, child] of childFrames(node))
        addFrame(slot === '' ? place : slot === FINALLY_FRAME ? joinPath(place, slot) : slotPath(place, slot), child);
    }
  };
  addFrame(ROOT_FRAME, plan.root);
  if (plan.finally !== undefined) addFrame(FINALLY_FRAME, plan.finally);
  frames.set(COMPENSATE_FRAME, { nodes: undo, start: [] });
  for (const [place, node] of Object.entries(undo)) nodes.set(joinPath(COMPENSATE_FRAME, place), node);
  return { frames, nodes };
};

/** The frames a block holds, by slot: '' for a body, a branch name, `finally` of a group. */
const childFrames = (node: NodePlan): [string, FramePlan][] => {
  switch (node.op.kind) {
    case 'loop':
      return [['', node.op.body]];
    case 'group':
      return node.op.finally === undefined
        ? [['', node.op.body]]
        : [
            ['', node.op.body],
            [FINALLY_FRAME, node.op.finally],
          ];
    case 'parallel':
      return Object.entries(node.op.branches);
    default:
      return [];
  }
};
