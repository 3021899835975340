import { END } from '../../flow';
import { frameGraph, joinsInCycle, reachable, ROOT, type FrameGraph, type GraphFrame, type GraphNode } from '../../flow/graph';
import type { FrameDraft, NodeDraft } from '../draft';
import type { IssueList } from '../issues';

/** The frame with its good edges only: bad ones have been reported and must not lead to further faults. */
export const toGraph = (frame: FrameDraft): GraphFrame => {
  const nodes: Record<string, GraphNode> = {};
  const known = (targets: readonly string[]): string[] => targets.filter((target) => target === END || frame.nodes.has(target));
  for (const [id, node] of frame.nodes) {
    const { next = {}, join, catch: rules = [] } = node.fields;
    const needed = needsOf(node)?.filter((name) => frame.nodes.has(name)) ?? [];
    nodes[id] = {
      next: Object.fromEntries(Object.entries(next).map(([action, targets]) => [action, known(targets)])),
      catch: rules.map((rule) => ({ errors: rule.errors, next: known(rule.next) })),
      ...(needed.length === 0 ? {} : { needs: needed }),
      ...(join === undefined ? {} : { join }),
    };
  }
  return { nodes, start: startOf(frame, nodes) };
};

/** What a node waits for, however it must have ended. */
const needsOf = ({ fields }: NodeDraft): readonly string[] | undefined => fields.after ?? fields.needs;

const incomingEdges = (nodes: Readonly<Record<string, GraphNode>>): Set<string> =>
  new Set(
    Object.values(nodes).flatMap((node) => [
      ...Object.values(node.next).flat(),
      ...(node.catch ?? []).flatMap((rule) => rule.next),
    ]),
  );

/** The declared start nodes, else those that nothing points at. */
const startOf = (frame: FrameDraft, nodes: Readonly<Record<string, GraphNode>>): string[] => {
  if (frame.start !== undefined) return [...new Set(frame.start)].filter((id) => frame.nodes.has(id));
  const pointedAt = incomingEdges(nodes);
  return [...frame.nodes.keys()].filter((id) => !pointedAt.has(id) && nodes[id]?.needs === undefined);
};

/** The rules about the whole graph of one frame: starts, reachability, joins (J4, J5) and `needs` (J6). */
export const checkGraph = (frame: FrameDraft, issues: IssueList): void => {
  const drafts = [...frame.nodes.values()];
  if (drafts.length === 0 || drafts.some((node) => node.edgesUnknown)) return;
  const source = toGraph(frame);
  const graph = frameGraph(source);
  const cyclic = checkNeeds(frame, source, issues);
  if (cyclic.size === 0) checkStart(frame, source, graph, issues);
  const inCycle = new Set(joinsInCycle(source));
  for (const node of drafts) if (!cyclic.has(node.id)) checkJoin(node, graph, inCycle, issues);
};

const checkStart = (frame: FrameDraft, source: GraphFrame, graph: FrameGraph, issues: IssueList): void => {
  const [first] = frame.nodes.keys();
  if (source.start.length === 0) {
    if (frame.start === undefined)
      issues.add(
        'no_start',
        frame.place,
        'Nothing can start: every node is pointed at by another one.',
        `Name the first node: \`start: ${first ?? ''}\`.`,
      );
    return;
  }
  const successors = new Map([...graph.successors, [ROOT, source.start] as const]);
  const seen = reachable({ successors }, ROOT, () => false);
  for (const node of frame.nodes.values()) {
    if (seen.has(node.id)) continue;
    const advice =
      frame.start === undefined
        ? `Point at it with \`next\`, or name it in \`start\`: ${[...source.start, node.id].join(', ')}.`
        : 'Point at it with `next`, or add it to `start`.';
    issues.add('unreachable_node', node.place, `No way leads to the node \`${node.id}\`.`, advice);
  }
};

/** J6: `needs` has no cycle and does not mix with incoming `next` edges. Answers the nodes on a cycle. */
const checkNeeds = (frame: FrameDraft, source: GraphFrame, issues: IssueList): ReadonlySet<string> => {
  const successors = new Map([...frame.nodes.keys()].map((id) => [id, source.nodes[id]?.needs ?? []] as const));
  const pointedAt = incomingEdges(source.nodes);
  const cyclic = new Set<string>();
  for (const node of frame.nodes.values()) {
    const needs = successors.get(node.id) ?? [];
    if (needs.length === 0) continue;
    const place = [...node.place, node.fields.after === undefined ? 'needs' : 'after'];
    if (node.fields.needs !== undefined && node.fields.after !== undefined)
      issues.add('needs_with_edges', place, `The node \`${node.id}\` has \`needs\` and \`after\`; use one form.`);
    if (reachable({ successors }, node.id, () => false).has(node.id)) {
      cyclic.add(node.id);
      issues.add('needs_cycle', place, `The node \`${node.id}\` needs itself through ${needs.join(', ')}; remove one of these.`);
    }
    if (pointedAt.has(node.id))
      issues.add(
        'needs_with_edges',
        place,
        `The node \`${node.id}\` has \`needs\` and is also a target of \`next\` or \`catch\`; use one form.`,
      );
    if (frame.start?.includes(node.id) === true)
      issues.add('needs_with_edges', place, `The node \`${node.id}\` has \`needs\` and is named in \`start\`; use one form.`);
  }
  return cyclic;
};

const checkJoin = (node: NodeDraft, graph: FrameGraph, inCycle: ReadonlySet<string>, issues: IssueList): void => {
  const { join, cancelLosers } = node.fields;
  if (cancelLosers === true && (join === undefined || join === 'all'))
    issues.add('invalid_value', [...node.place, 'cancelLosers'], '`cancelLosers` needs `join: any` or a number; add one.');
  const info = graph.joins.get(node.id);
  if (info === undefined) return;
  if (inCycle.has(node.id))
    issues.add(
      'join_in_cycle',
      [...node.place, join === undefined ? 'needs' : 'join'],
      `The join \`${node.id}\` lies on a cycle that avoids the place where its branches part (\`${info.opener === '' ? 'start' : info.opener}\`); lead the cycle through that place or remove the join.`,
    );
  if (typeof join === 'number' && join > info.edges.length)
    issues.add(
      'join_too_many',
      [...node.place, 'join'],
      `\`join: ${join}\` waits for ${join} edges and only ${info.edges.length} lead here; lower it or add edges.`,
    );
};
