import { ROOT } from '../graph';
import { stringify } from '../expr/globals';
import { LIMITS } from '../limits';
import type { Value } from '../value';
import { nodeRunIdOf } from '../ids';
import { fault, frameChanged, frameOf, framePlanOf, graphOf, record, summarise, type Machine } from './machine';
import { joinPath, visitStep } from './paths';
import type { FrameState, JoinState, NodeRun } from './state';

export interface Producer {
  readonly id: string;
  readonly visit: number;
  readonly lineage: Readonly<Record<string, number>>;
}
/** The virtual root before the start nodes (J2). */
export const rootProducer: Producer = { id: ROOT, visit: 1, lineage: { [ROOT]: 1 } };

/** About what the sandbox needs for it, in cost units (X7): a wide fork makes many before the first one starts. */
const MAKING_COST = 20;

/** Makes a READY node run. Its lineage remembers the visits of openers among its ancestors (J2). */
export const createRun = (machine: Machine, frame: FrameState, id: string, lineage: Record<string, number>): NodeRun => {
  machine.budget -= MAKING_COST;
  const visit = (frame.visits[id] ?? 0) + 1;
  frame.visits[id] = visit;
  const path = joinPath(frame.path, visitStep(id, visit));
  const run: NodeRun = {
    path,
    site: joinPath(frame.site, id),
    frame: frame.path,
    id,
    visit,
    nodeRunId: nodeRunIdOf(machine.state.facts.runId, path),
    lineage,
    state: 'READY',
    attempt: 1,
    uuids: 0,
  };
  machine.state.runs[path] = run;
  machine.state.ready.push(path);
  machine.state.counts.nodeRuns += 1;
  frame.live.push(path);
  summarise(machine, run, 'READY');
  return run;
};

export const tooManyVisits = (run: NodeRun): boolean => run.visit > LIMITS.visitsPerNode;

/** A join instance is (join, visit of its opener) (J2). */
export const instanceKey = (join: string, openerVisit: number): string => `${join}@${openerVisit}`;

/** J1: a token on the edge producer → target. A join collects it, any other node runs for it. */
export const putToken = (machine: Machine, frame: FrameState, producer: Producer, target: string): void => {
  const graph = graphOf(machine, frame);
  const lineage = graph.openers.has(producer.id) ? { ...producer.lineage, [producer.id]: producer.visit } : producer.lineage;
  const join = graph.joins.get(target);
  if (join === undefined) {
    createRun(machine, frame, target, lineage);
    return;
  }
  const openerVisit = lineage[join.opener] ?? 1;
  const key = instanceKey(target, openerVisit);
  if (frame.fired?.[key] === true) {
    record(machine, {
      type: 'join.absorbed',
      level: 'debug',
      message: `Join ${target} has fired already; the token of ${producer.id || 'the start'} is absorbed`,
      path: joinPath(frame.path, target),
      node: joinPath(frame.site, target),
    });
    return;
  }
  const instance: JoinState = (frame.joins[key] ??= { join: target, openerVisit, edges: [], lineage: {} });
  if (!instance.edges.includes(producer.id)) instance.edges.push(producer.id);
  // Tokens of one instance agree on the visits of all dominators of the join; only those matter downstream.
  for (const [opener, visit] of Object.entries(lineage))
    instance.lineage[opener] = Math.max(instance.lineage[opener] ?? 0, visit);
};

/** Opens a frame and puts the first tokens. A block's frame belongs to its node run. */
export const openFrame = (
  machine: Machine,
  place: {
    readonly path: string;
    readonly site: string;
    readonly owner?: string;
    readonly parent?: string;
    readonly locals?: FrameState['locals'];
  },
): FrameState => {
  const { path, site, owner, parent, locals } = place;
  const frame: FrameState = {
    path,
    site,
    ...(owner === undefined ? {} : { owner }),
    ...(parent === undefined ? {} : { parent }),
    locals: locals ?? {},
    visits: {},
    outputs: {},
    joins: {},
    live: [],
  };
  machine.state.frames[path] = frame;
  for (const id of framePlanOf(machine, frame).start) putToken(machine, frame, rootProducer, id);
  frameChanged(machine, path);
  return frame;
};

export const closeFrame = (machine: Machine, path: string): void => {
  const frame = frameOf(machine, path);
  for (const value of Object.values(frame.outputs)) machine.state.heldBytes -= heldSize(value);
  delete machine.state.frames[path];
};

/** Rough bytes of an inline value; claims cost what they know. */
export const heldSize = (value: Value): number => stringify(value.kind === 'inline' ? value.value : value.known).length;

/** The outermost frame around a node run: root, finally or an undo. */
export const topFrame = (machine: Machine, run: NodeRun): FrameState => {
  let frame = frameOf(machine, run.frame);
  while (frame.owner !== undefined) {
    const owner = machine.state.runs[frame.owner];
    if (owner === undefined) throw fault(`the frame ${frame.path} has no owner`);
    frame = frameOf(machine, owner.frame);
  }
  return frame;
};
