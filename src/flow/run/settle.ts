import { hasOwn } from '../expr/globals';
import type { Failure } from '../failure';
import type { Json } from '../json';
import { LIMITS } from '../limits';
import type { NodePlan } from '../plan';
import { inline, type Value } from '../value';
import { DEFAULT_ACTION, END, type TerminalNodeState } from '../words';
import { closeApproval } from './approval-row';
import { frameChanged, frameOf, framePlanOf, graphOf, nodePlanOf, placeOf, record, summarise, type Machine } from './machine';
import type { FrameState, NodeRun } from './state';
import { heldSize, putToken } from './tokens';
import { keepUndo } from './undo';

export interface Settlement {
  readonly state: TerminalNodeState;
  readonly action?: string;
  readonly output?: Value;
  readonly failure?: Failure;
  /** Why it was filtered. */
  readonly reason?: string;
  /** Targets chosen by a catch rule instead of an action. */
  readonly targets?: readonly string[];
  /** Several actions at once (router, mode all). */
  readonly actions?: readonly string[];
  readonly log?: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string; readonly data?: Json };
}

const COUNT = { DONE: 'done', FAIL: 'failed', SKIP: 'skipped', FILTERED: 'filtered', CANCELLED: 'cancelled' } as const;

/** Exact action, else `default`; no match ends the branch (design §3). An action is author's text: only own members count. */
const targetsFor = (plan: NodePlan, action: string): readonly string[] =>
  plan.next[hasOwn(plan.next, action) ? action : DEFAULT_ACTION] ?? [];

/** Ends a node run: terminal state, output, counts, journal, then its tokens (unless its frame is stopping). */
export const settle = (machine: Machine, run: NodeRun, end: Settlement): void => {
  const { state } = machine;
  const frame = frameOf(machine, run.frame);
  const plan = nodePlanOf(machine, run);
  closeApproval(machine, run);
  delete state.runs[run.path];
  takeOut(machine, frame);
  state.counts[COUNT[end.state]] += 1;
  if (end.output !== undefined) keepOutput(machine, run, end.output);
  if (end.state === 'DONE') {
    if (end.output !== undefined) frame.last = end.output;
    state.lastNode = run.site;
    if (plan.compensate !== undefined) keepUndo(machine, run, plan.compensate);
  }
  if (end.failure !== undefined) frame.error = end.failure;
  if (plan.tellsState === true) (frame.states ??= {})[run.id] = end.state;
  summarise(machine, run, end.state, {
    endedAt: machine.nowMs,
    ...(end.action === undefined ? {} : { action: end.action }),
    ...(end.failure === undefined ? {} : { failure: end.failure }),
  });
  recordEnd(machine, run, end);
  if (frame.stop === undefined) route(machine, run, plan, end);
  frameChanged(machine, frame.path);
};

/** Ended node runs stay on the frame's list until they are the most of it: taking out each by itself is quadratic in a wide fork. */
const takeOut = ({ state }: Machine, frame: FrameState): void => {
  frame.settled = (frame.settled ?? 0) + 1;
  if (frame.settled < SETTLED_KEPT || frame.settled * 2 < frame.live.length) return;
  frame.live = frame.live.filter((path) => state.runs[path] !== undefined);
  frame.settled = 0;
};
const SETTLED_KEPT = 16;

const keepOutput = (machine: Machine, run: NodeRun, output: Value): void => {
  const frame = frameOf(machine, run.frame);
  const before = frame.outputs[run.id];
  // A newer output makes an offload of the older one pointless.
  machine.state.offloading = machine.state.offloading.filter((pending) => pending !== `${frame.path}|${run.id}`);
  if (before !== undefined) machine.state.heldBytes -= heldSize(before);
  frame.outputs[run.id] = output;
  machine.state.heldBytes += heldSize(output);
};

const route = (machine: Machine, run: NodeRun, plan: NodePlan, end: Settlement): void => {
  if (end.state === 'CANCELLED') return;
  const frame = frameOf(machine, run.frame);
  // An uncaught failure stops its frame; one that could not, because the run is stopping around a group's `finally`, goes nowhere.
  if (end.state === 'FAIL' && end.targets === undefined && end.action === undefined) return;
  const chosen = end.targets ?? [
    ...new Set((end.actions ?? [end.action ?? DEFAULT_ACTION]).flatMap((action) => targetsFor(plan, action))),
  ];
  const targets = chosen.filter((target) => target !== END);
  for (const target of new Set(targets)) putToken(machine, frame, run, target);
  // J6: `needs` edges are taken on DONE, SKIP, FILTERED; those of `after` on every end that lets the frame go on.
  const { nodes } = framePlanOf(machine, frame);
  for (const dependant of graphOf(machine, frame).dependants.get(run.id) ?? [])
    if (end.state !== 'FAIL' || nodes[dependant]?.afterFailure === true) putToken(machine, frame, run, dependant);
};

const VERB = { DONE: 'completed', FAIL: 'failed', SKIP: 'skipped', FILTERED: 'filtered', CANCELLED: 'cancelled' } as const;

const recordEnd = (machine: Machine, run: NodeRun, end: Settlement): void => {
  const level = end.log?.level ?? (end.state === 'FAIL' ? 'error' : 'debug');
  const fallback =
    end.failure === undefined
      ? `Node ${run.path} ${VERB[end.state]}${end.reason === undefined ? '' : `: ${end.reason}`}`
      : `Node ${run.path} failed: ${end.failure.message}`;
  record(machine, {
    type: 'node.ended',
    level,
    message: end.log?.message ?? fallback,
    ...placeOf(machine, run),
    state: end.state,
    ...(end.action === undefined ? {} : { action: end.action }),
    ...(end.output === undefined ? {} : { output: journalled(end.output) }),
    ...(end.failure === undefined ? {} : { failure: withoutOutput(end.failure) }),
    ...(end.log?.data === undefined ? {} : { data: end.log.data }),
  });
};

/** The journal keeps small outputs; a larger one is in the run's memory or behind its claim. */
const journalled = (output: Value): Value =>
  output.kind === 'claim' || heldSize(output) <= LIMITS.inlineOutputBytes
    ? output
    : inline({ truncated: true, bytes: heldSize(output) });

const withoutOutput = (failure: Failure): Failure => {
  const { output: _, ...rest } = failure;
  return rest;
};
