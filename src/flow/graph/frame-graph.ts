import type { CatchRule, FramePlan, JoinMode } from '../plan';
import { END } from '../words';
import { computeImmediateDominators, ROOT } from './dominators';

/** What the graph rules need of a node; NodePlan fits. */
export interface GraphNode {
  readonly next: Readonly<Record<string, readonly string[]>>;
  readonly catch?: readonly CatchRule[];
  readonly needs?: readonly string[];
  readonly join?: JoinMode;
}
export interface GraphFrame {
  readonly nodes: Readonly<Record<string, GraphNode>>;
  readonly start: readonly string[];
}

/** A node that collects tokens: it says `join`, or `needs` (J6). */
export interface JoinInfo {
  readonly id: string;
  /** Its immediate dominator in the frame (J2); ROOT when that is the virtual root. */
  readonly opener: string;
  readonly mode: JoinMode;
  readonly needs: boolean;
  /** Producers of its incoming edges. */
  readonly edges: readonly string[];
}

export interface FrameGraph {
  readonly successors: ReadonlyMap<string, readonly string[]>;
  readonly joins: ReadonlyMap<string, JoinInfo>;
  /** Joins by opener, and the openers whose visits a token must remember. */
  readonly openers: ReadonlySet<string>;
  /** Nodes that name this one in `needs`. */
  readonly dependants: ReadonlyMap<string, readonly string[]>;
  /** Nodes from which a branch can end without another node: an END target, or no edge at all. */
  readonly exits: ReadonlySet<string>;
}

/** Targets of all edges of a node, END left out, in document order. */
const targetsOf = (node: GraphNode): string[] => {
  const lists = [...Object.values(node.next), ...(node.catch ?? []).map((rule) => rule.next)];
  return [...new Set(lists.flat())].filter((target) => target !== END);
};

const collectSuccessors = (frame: GraphFrame): Map<string, string[]> => {
  const successors = new Map<string, string[]>();
  for (const [id, node] of Object.entries(frame.nodes)) successors.set(id, targetsOf(node));
  for (const [id, node] of Object.entries(frame.nodes))
    for (const needed of node.needs ?? []) {
      const list = successors.get(needed);
      if (list !== undefined && !list.includes(id)) list.push(id);
    }
  return successors;
};

/** The graph facts of one frame. Pure; memoised per frame object because a plan is immutable. */
export const frameGraph = (frame: GraphFrame): FrameGraph => {
  const known = memo.get(frame);
  if (known !== undefined) return known;
  const graph = buildFrameGraph(frame);
  memo.set(frame, graph);
  return graph;
};
const memo = new WeakMap<GraphFrame | FramePlan, FrameGraph>();

const buildFrameGraph = (frame: GraphFrame): FrameGraph => {
  const successors = collectSuccessors(frame);
  const dominators = computeImmediateDominators(successors, frame.start);
  const joins = new Map<string, JoinInfo>();
  const dependants = new Map<string, string[]>();
  const exits = new Set<string>();
  for (const [id, node] of Object.entries(frame.nodes)) {
    const out = successors.get(id) ?? [];
    const endsHere = Object.values(node.next).some((targets) => targets.includes(END));
    if (out.length === 0 || endsHere) exits.add(id);
    for (const needed of node.needs ?? []) dependants.set(needed, [...(dependants.get(needed) ?? []), id]);
    if (node.join === undefined && node.needs === undefined) continue;
    const edges = [...successors].filter(([, targets]) => targets.includes(id)).map(([producer]) => producer);
    joins.set(id, { id, opener: dominators.get(id) ?? ROOT, mode: node.join ?? 'all', needs: node.needs !== undefined, edges });
  }
  return { successors, joins, openers: new Set([...joins.values()].map((join) => join.opener)), dependants, exits };
};

/**
 * Nodes reachable from `from` by at least one edge, never entering a node for which `blocked` answers true.
 * `from` itself may be blocked: a path only must not *pass through* blocked nodes.
 */
export const reachable = (graph: Pick<FrameGraph, 'successors'>, from: string, blocked: (id: string) => boolean): Set<string> => {
  const seen = new Set<string>();
  const stack = [...(graph.successors.get(from) ?? [])];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id) || blocked(id)) continue;
    seen.add(id);
    stack.push(...(graph.successors.get(id) ?? []));
  }
  return seen;
};

/** J5: joins that lie on a cycle which avoids their opener; such a definition is refused at save. */
export const joinsInCycle = (frame: GraphFrame): string[] => {
  const graph = frameGraph(frame);
  return [...graph.joins.values()]
    .filter((join) => reachable(graph, join.id, (id) => id === join.opener).has(join.id))
    .map((join) => join.id);
};

/** True when every onward path of `id` leads to `join`: its loss loses nothing else (J7). */
export const leadsOnlyTo = (
  graph: Pick<FrameGraph, 'successors' | 'exits'>,
  id: string,
  join: string,
  opener: string,
): boolean => {
  const seen = new Set<string>();
  const stack = [id];
  let arrives = false;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (graph.exits.has(at)) return false;
    for (const target of graph.successors.get(at) ?? []) {
      if (target === join) arrives = true;
      else if (target === opener) return false;
      else if (!seen.has(target)) {
        seen.add(target);
        stack.push(target);
      }
    }
  }
  return arrives;
};
