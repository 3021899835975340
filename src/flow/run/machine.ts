/**
 * The working set of one transition: plan, memory, clock, and what the transition produced so far.
 *
 * Invariants of the interpreter (src/flow/run):
 * I1. Only machine state, the plan and the event decide; the clock and ids are parameters.
 * I2. Modules never call "upwards": settling puts tasks on `queue`, the loop in transition.ts takes them. So nothing recurses.
 * I3. Every live node run is in exactly one of: the ready list, busy outside, waiting (wake, event), or a block with live frames.
 * I4. A terminal run (phase `ended`) takes no event and gives no command.
 */
import type { Failure } from '../failure';
import { frameGraph, type FrameGraph } from '../graph';
import type { JournalEntry, NodeSummary } from '../journal';
import type { FramePlan, NodePlan, Plan } from '../plan';
import type { NodeState } from '../words';
import type { Command } from './command';
import { planIndex, type PlanIndex } from './plan-index';
import type { FrameState, NodeRun, RunMemory } from './state';

export type Task = { readonly kind: 'frameChanged' | 'frameEnded'; readonly frame: string };

export interface Machine {
  readonly plan: Plan;
  readonly index: PlanIndex;
  readonly state: RunMemory;
  readonly nowMs: number;
  /** Cost units left in this activation (X7). */
  budget: number;
  readonly queue: Task[];
  /** Frames with a `frameChanged` on the queue: one look sees all that has changed. */
  readonly changed: Set<string>;
  /** How many entries of the ready list this drain has taken: they are cut off together, for the list may be long. */
  taken: number;
  readonly commands: Command[];
  readonly journal: JournalEntry[];
}

export const createMachine = (plan: Plan, state: RunMemory, nowMs: number, budget: number): Machine => ({
  plan,
  index: planIndex(plan),
  state,
  nowMs,
  budget,
  queue: [],
  changed: new Set(),
  taken: 0,
  commands: [],
  journal: [],
});

/** Thrown inside a transition when memory and plan disagree: a fault of the interpreter, never of a flow (P11). */
export const fault = (message: string): Error => new Error(`interpreter fault: ${message}`);

export const frameOf = (machine: Machine, path: string): FrameState => {
  const frame = machine.state.frames[path];
  if (frame === undefined) throw fault(`no frame ${path}`);
  return frame;
};
export const framePlanOf = (machine: Machine, frame: FrameState): FramePlan => {
  const plan = machine.index.frames.get(frame.site);
  if (plan === undefined) throw fault(`no frame plan ${frame.site}`);
  return plan;
};
export const graphOf = (machine: Machine, frame: FrameState): FrameGraph => frameGraph(framePlanOf(machine, frame));
export const nodePlanOf = (machine: Machine, run: Pick<NodeRun, 'site'>): NodePlan => {
  const plan = machine.index.nodes.get(run.site);
  if (plan === undefined) throw fault(`no node plan ${run.site}`);
  return plan;
};
export const runAt = (machine: Machine, path: string): NodeRun | undefined => machine.state.runs[path];

export const record = (machine: Machine, entry: Omit<JournalEntry, 'seq' | 'at'>): void => {
  machine.state.seq += 1;
  machine.journal.push({ seq: machine.state.seq, at: machine.nowMs, ...entry });
};

/** The members of a journal entry that say which node run it is about. */
export const placeOf = (machine: Machine, run: NodeRun) => {
  const plan = nodePlanOf(machine, run);
  return {
    path: run.path,
    node: run.site,
    nodeType: plan.type,
    ...(plan.name === undefined ? {} : { nodeName: plan.name }),
    nodeRunId: run.nodeRunId,
    attempt: run.attempt,
    maxAttempts: plan.retry?.maxAttempts ?? 1,
    runs: machine.state.summaries[run.site]?.runs ?? 1,
    ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
  };
};

/** Keeps the newest node run per place of the definition: what `nodeState` answers. */
export const summarise = (
  machine: Machine,
  run: NodeRun,
  state: NodeState,
  facts: { readonly endedAt?: number; readonly action?: string; readonly failure?: Failure } = {},
): void => {
  const plan = nodePlanOf(machine, run);
  const before = machine.state.summaries[run.site];
  // A node run is READY once, when it is created. Comparing ids would count concurrent node runs of one place again and again.
  const runs = (before?.runs ?? 0) + (state === 'READY' ? 1 : 0);
  const summary: NodeSummary = {
    state,
    type: plan.type,
    ...(plan.name === undefined ? {} : { name: plan.name }),
    path: run.path,
    nodeRunId: run.nodeRunId,
    runs,
    attempt: run.attempt,
    maxAttempts: plan.retry?.maxAttempts ?? 1,
    ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
    ...(facts.endedAt === undefined ? {} : { endedAt: facts.endedAt }),
    ...(facts.action === undefined ? {} : { action: facts.action }),
    ...(facts.failure === undefined ? {} : { error: { code: facts.failure.code, message: facts.failure.message } }),
  };
  machine.state.summaries[run.site] = summary;
};

export const frameChanged = (machine: Machine, frame: string): void => {
  if (machine.changed.has(frame)) return;
  machine.changed.add(frame);
  machine.queue.push({ kind: 'frameChanged', frame });
};

/** Puts a node run on the ready list again: it goes on when the gate (X11) and the activation's budget (X7) let it. */
export const enqueue = (machine: Machine, run: NodeRun): void => {
  if (run.queued === true) return;
  run.queued = true;
  machine.state.ready.push(run.path);
};

export const isEmpty = (frame: FrameState): boolean => frame.live.length === (frame.settled ?? 0);
