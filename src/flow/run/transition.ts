import type { JournalEntry } from '../journal';
import { LIMITS } from '../limits';
import type { Plan } from '../plan';
import type { Value } from '../value';
import { onBlockFrameEnded } from './blocks';
import type { Command } from './command';
import { entryOf, isKeptOut, settleSlot } from './entry';
import type { RunEvent } from './event';
import { handleEvent } from './events';
import { checkJoins } from './joins';
import { createMachine, fault, graphOf, isEmpty, placeOf, record, runAt, type Machine, type Task } from './machine';
import { relieveMemory } from './memory';
import { advancePhase } from './phases';
import type { RunFacts, RunMemory } from './state';
import { mayStart, startRun } from './step';
import { shownState, waitingFor } from './view';

export interface Advance {
  readonly commands: readonly Command[];
  readonly journal: readonly JournalEntry[];
}

/** The memory of a run before its first event. `startedAt` and all times are epoch ms; `notBefore`: nothing starts earlier (S4). */
export const initialState = (plan: Plan, facts: RunFacts, input: Value, startedAt: number, notBefore?: number): RunMemory => ({
  ...entryOf(plan, startedAt, notBefore),
  facts,
  startedAt,
  input,
  phase: 'main',
  seq: 0,
  deadline: Math.max(startedAt, notBefore ?? startedAt) + plan.timeoutMs,
  frames: {},
  runs: {},
  ready: [],
  summaries: {},
  counts: { nodeRuns: 0, done: 0, failed: 0, skipped: 0, filtered: 0, cancelled: 0 },
  early: [],
  earlyBytes: 0,
  seenEvents: [],
  undo: [],
  offloading: [],
  heldBytes: 0,
  shown: 'RUN|',
});

/** Feeds events to the run *in place* (the driver owns the state) and runs every ready inline node to a fixed point. */
export const advance = (
  plan: Plan,
  state: RunMemory,
  events: readonly RunEvent[],
  nowMs: number,
  cost: number = LIMITS.activationCost,
): Advance => {
  const machine = createMachine(plan, state, nowMs, cost);
  for (const event of events) {
    if (state.phase === 'ended') break;
    handleEvent(machine, event);
    drain(machine);
  }
  if (state.phase !== 'ended') relieveMemory(machine);
  settleSlot(machine);
  journalReady(machine);
  journalShownState(machine);
  return { commands: machine.commands, journal: machine.journal };
};

/** The pure form: the given state is left as it was. */
export const transition = (
  plan: Plan,
  state: RunMemory,
  event: RunEvent,
  nowMs: number,
): Advance & { readonly state: RunMemory } => {
  const next = structuredClone(state);
  return { ...advance(plan, next, [event], nowMs), state: next };
};

const drain = (machine: Machine): void => {
  const { state } = machine;
  for (;;) {
    const task = machine.queue.shift();
    if (task !== undefined) perform(machine, task);
    else if (!startNext(machine)) {
      const phase = state.phase;
      advancePhase(machine);
      if (machine.queue.length === 0 && state.phase === phase && (!hasReady(machine) || isShut(state) || machine.budget <= 0))
        break;
      if (state.phase === 'ended') break;
    }
  }
  state.ready.splice(0, machine.taken);
  machine.taken = 0;
};

const hasReady = ({ state, taken }: Machine): boolean => state.ready.length > taken;

/** X11, S4. */
const isShut = (state: RunMemory): boolean => state.held !== undefined || isKeptOut(state);

/** The gate: nothing new starts while held or kept out, or when this activation has done its share (X7). */
const startNext = (machine: Machine): boolean => {
  const { state } = machine;
  if (isShut(state) || !hasReady(machine)) return false;
  if (machine.budget <= 0) {
    if (!machine.commands.some((command) => command.type === 'yield')) machine.commands.push({ type: 'yield' });
    return false;
  }
  const run = runAt(machine, state.ready[machine.taken] ?? '');
  machine.taken += 1;
  if (run === undefined) return true;
  const starts = mayStart(run);
  delete run.queued;
  if (starts) startRun(machine, run);
  return true;
};

const perform = (machine: Machine, task: Task): void => {
  if (task.kind === 'frameChanged') machine.changed.delete(task.frame);
  const frame = machine.state.frames[task.frame];
  if (frame === undefined) return;
  if (task.kind === 'frameChanged') {
    if (frame.ended === true) return;
    checkJoins(machine, frame);
    // A join that failed and was caught has put tokens: another look follows.
    if (!isEmpty(frame) || machine.changed.has(frame.path)) return;
    const stuck = Object.values(frame.joins).find((join) => graphOf(machine, frame).joins.get(join.join)?.needs === false);
    if (stuck !== undefined && frame.stop === undefined)
      throw fault(`join ${stuck.join} waits in a frame without live node runs`);
    frame.ended = true;
    machine.queue.push({ kind: 'frameEnded', frame: frame.path });
    return;
  }
  if (frame.owner === undefined) return;
  const owner = runAt(machine, frame.owner);
  if (owner === undefined) throw fault(`the frame ${frame.path} has no owner`);
  onBlockFrameEnded(machine, owner, frame);
};

/** What is ready starts in the same breath, unless the run is held: then it shows. */
const journalReady = (machine: Machine): void => {
  const { state } = machine;
  if (state.held === undefined) return;
  for (const path of state.ready) {
    const run = runAt(machine, path);
    if (run?.state !== 'READY' || run.told === true) continue;
    run.told = true;
    record(machine, {
      type: 'node.waiting',
      level: 'debug',
      message: `Node ${path} is ready; the run is held`,
      ...placeOf(machine, run),
      state: 'READY',
    });
  }
};

const journalShownState = (machine: Machine): void => {
  const { state } = machine;
  if (state.phase === 'ended') return;
  const name = shownState(state);
  const waiting = waitingFor(state);
  const shown = `${name}|${waiting.join(',')}`;
  if (shown === state.shown) return;
  state.shown = shown;
  const why = waiting.length === 0 ? '' : `, waiting for ${waiting.join(', ')}`;
  record(machine, { type: 'run.state', level: 'debug', message: `Run is ${name}${why}`, state: name, waitingFor: waiting });
};
