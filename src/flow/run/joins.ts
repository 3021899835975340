import { leadsOnlyTo, reachable, type FrameGraph, type JoinInfo } from '../graph';
import { failForGood, stopRun } from './fail-and-stop';
import { toFailure } from './failures';
import { framePlanOf, graphOf, record, type Machine } from './machine';
import { joinPath } from './paths';
import type { FrameState, JoinState } from './state';
import { createRun, instanceKey } from './tokens';

/** Something that may still bring a token: an unsettled node run, or an unfired join that holds one (J3). */
interface Live {
  readonly at: string;
  readonly lineage: Readonly<Record<string, number>>;
}

function* liveThings(machine: Machine, frame: FrameState, graph: FrameGraph): Generator<Live> {
  for (const path of frame.live) {
    const run = machine.state.runs[path];
    if (run === undefined) continue;
    const lineage = graph.openers.has(run.id) ? { ...run.lineage, [run.id]: run.visit } : run.lineage;
    yield { at: run.id, lineage };
  }
  for (const held of Object.values(frame.joins)) if (held.edges.length > 0) yield { at: held.join, lineage: held.lineage };
}

/**
 * Nodes this thing can still reach for a join instance: paths avoid the join, its opener, and joins that have already
 * fired for the thing. A fired join opens again when its own opener is reached on the way (a new visit, a new instance).
 */
const reachOf = (frame: FrameState, graph: FrameGraph, thing: Live, join: JoinInfo): Set<string> => {
  const fired = [...graph.joins.values()].filter(
    (other) => frame.fired?.[instanceKey(other.id, thing.lineage[other.opener] ?? 1)] === true,
  );
  const closed = new Set(fired.map((other) => other.id));
  for (;;) {
    const reach = reachable(graph, thing.at, (id) => id === join.id || id === join.opener || closed.has(id));
    const reopened = fired.filter((other) => closed.has(other.id) && reach.has(other.opener));
    if (reopened.length === 0) return reach;
    for (const other of reopened) closed.delete(other.id);
  }
};

/**
 * Incoming edges of the join that a live thing of the same opener visit can still take (J3). Stops looking as soon as
 * `enough` says so: in a wide fan-in the first live branch already decides.
 */
const ableEdges = (
  machine: Machine,
  frame: FrameState,
  graph: FrameGraph,
  join: JoinInfo,
  instance: JoinState,
  enough: (able: ReadonlySet<string>) => boolean,
): ReadonlySet<string> => {
  const able = new Set<string>();
  for (const thing of liveThings(machine, frame, graph)) {
    if (thing.at === join.id || (thing.lineage[join.opener] ?? 1) !== instance.openerVisit) continue;
    const reach = reachOf(frame, graph, thing, join);
    for (const edge of join.edges) if (edge === thing.at || reach.has(edge)) able.add(edge);
    if (enough(able)) break;
  }
  return able;
};

type Verdict = { readonly kind: 'wait' | 'fire' } | { readonly kind: 'unsatisfied'; readonly wanted: number };

/** J4 and J6. */
const judge = (machine: Machine, frame: FrameState, graph: FrameGraph, join: JoinInfo, instance: JoinState): Verdict => {
  if (join.needs) return { kind: instance.edges.length === join.edges.length ? 'fire' : 'wait' };
  const wanted = join.mode === 'any' ? 1 : join.mode;
  if (wanted !== 'all' && instance.edges.length >= wanted) return { kind: 'fire' };
  if (wanted === 'all') {
    const able = ableEdges(machine, frame, graph, join, instance, (edges) => edges.size > 0);
    return { kind: able.size === 0 ? 'fire' : 'wait' };
  }
  const possible = (able: ReadonlySet<string>): boolean => new Set([...instance.edges, ...able]).size >= wanted;
  return possible(ableEdges(machine, frame, graph, join, instance, possible))
    ? { kind: 'wait' }
    : { kind: 'unsatisfied', wanted };
};

/** Looks at every join of the frame that holds a token. Called whenever something in the frame settled. */
export const checkJoins = (machine: Machine, frame: FrameState): void => {
  const graph = graphOf(machine, frame);
  if (graph.joins.size === 0) return;
  for (const instance of Object.values(frame.joins)) {
    const join = graph.joins.get(instance.join);
    if (join === undefined || frame.stop !== undefined) continue;
    const verdict = judge(machine, frame, graph, join, instance);
    if (verdict.kind === 'wait') continue;
    fire(machine, frame, graph, join, instance, verdict);
  }
};

const fire = (
  machine: Machine,
  frame: FrameState,
  graph: FrameGraph,
  join: JoinInfo,
  instance: JoinState,
  verdict: Exclude<Verdict, { kind: 'wait' }>,
): void => {
  const key = instanceKey(join.id, instance.openerVisit);
  delete frame.joins[key];
  (frame.fired ??= {})[key] = true;
  const run = createRun(machine, frame, join.id, { ...instance.lineage });
  const place = { path: run.path, node: joinPath(frame.site, join.id) };
  if (verdict.kind === 'unsatisfied') {
    const text = `Join ${join.id} needs ${verdict.wanted} branches and only ${instance.edges.length} can come (${instance.edges.length}/${verdict.wanted})`;
    failForGood(machine, run, toFailure('join_unsatisfied', text, run.path));
    return;
  }
  record(machine, {
    type: 'join.fired',
    level: 'debug',
    message: `Join ${join.id} fired with ${instance.edges.join(', ')}`,
    ...place,
    data: { edges: [...instance.edges] },
  });
  if (framePlanOf(machine, frame).nodes[join.id]?.cancelLosers === true) cancelLosers(machine, frame, graph, join, instance);
};

/** J7: only node runs whose every onward path leads to the join. */
const cancelLosers = (machine: Machine, frame: FrameState, graph: FrameGraph, join: JoinInfo, instance: JoinState): void => {
  for (const path of frame.live.slice()) {
    const run = machine.state.runs[path];
    if (run === undefined || run.id === join.id || (run.lineage[join.opener] ?? 1) !== instance.openerVisit) continue;
    if (leadsOnlyTo(graph, run.id, join.id, join.opener)) stopRun(machine, run, { kind: 'cancelled' });
  }
};
