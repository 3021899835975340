import type { Failure } from '../failure';
import { stableUnit } from '../hash';
import { inline } from '../value';
import { DEFAULT_ACTION } from '../words';
import { catchRuleFor, nextDelayMs } from './failures';
import { frameChanged, frameOf, nodePlanOf, placeOf, record, summarise, type Machine } from './machine';
import { settle } from './settle';
import { closeFrame } from './tokens';
import type { FrameState, NodeRun, StopReason } from './state';

/**
 * A frame that stops takes no more tokens; its node runs are stopped first and the frame ends when the last one has
 * (X9: an attempt that finished anyway is DONE and is compensated). A second stop changes nothing.
 */
export const stopFrame = (machine: Machine, frame: FrameState, reason: StopReason): void => {
  if (frame.stop !== undefined) return;
  frame.stop = reason;
  for (const path of frame.live.slice()) {
    const run = machine.state.runs[path];
    if (run !== undefined) stopRun(machine, run, { kind: 'cancelled' });
  }
  frameChanged(machine, frame.path);
};

/** Frames opened by a block node run. */
export const framesOf = (machine: Machine, run: NodeRun): FrameState[] =>
  Object.values(machine.state.frames).filter((frame) => frame.owner === run.path);

/** Stops one node run, at once when nothing of it happens outside, else when its attempt has ended. */
export const stopRun = (machine: Machine, run: NodeRun, how: NonNullable<NodeRun['stopping']>): void => {
  if (run.stopping !== undefined) return;
  run.stopping = how;
  delete run.wake;
  delete run.limit;
  const nested = run.block === undefined ? [] : framesOf(machine, run).filter((frame) => frame.ended === undefined);
  if (nested.length > 0) {
    // A group's `finally` runs to its end; everything else in the block stops.
    for (const frame of nested) if (!frame.site.endsWith('/finally')) stopFrame(machine, frame, { kind: 'cancelled' });
    return;
  }
  if (run.busy === 'child' && run.childRunId !== undefined)
    machine.commands.push({ type: 'signalChild', childRunId: run.childRunId, signal: 'cancel' });
  else if (run.busy !== undefined) machine.commands.push({ type: 'stopAttempt', path: run.path });
  else endStopped(machine, run, how);
};

/** The attempt of a stopped node run is over without a result. */
export const endStopped = (machine: Machine, run: NodeRun, how: NonNullable<NodeRun['stopping']>): void => {
  delete run.stopping;
  for (const frame of framesOf(machine, run)) closeFrame(machine, frame.path);
  if (how.kind === 'cancelled') settle(machine, run, { state: 'CANCELLED' });
  else failRun(machine, run, how.failure);
};

/**
 * What a failure does, in the order of design §3: retry, the edge of exactly its name, catch, onError, else the frame fails.
 */
export const failRun = (machine: Machine, run: NodeRun, failure: Failure): void => {
  const plan = nodePlanOf(machine, run);
  const frame = frameOf(machine, run.frame);
  if (frame.stop !== undefined) {
    settle(machine, run, { state: 'FAIL', failure });
    return;
  }
  const unit = stableUnit(`${machine.state.facts.runId}|${run.path}|${run.attempt}|jitter`);
  const delayMs = nextDelayMs(plan.retry, run.attempt, failure, machine.nowMs - (run.startedAt ?? machine.nowMs), unit);
  if (delayMs !== undefined) {
    retryRun(machine, run, failure, delayMs);
    return;
  }
  if (failure.action !== undefined && plan.next[failure.action] !== undefined) {
    settle(machine, run, { state: 'DONE', action: failure.action, output: failure.output ?? inline(null) });
    return;
  }
  const rule = catchRuleFor(plan.catch, failure);
  if (rule !== undefined) settle(machine, run, { state: 'FAIL', failure, targets: rule.next });
  else if (plan.onError === 'continue') settle(machine, run, { state: 'FAIL', failure, action: DEFAULT_ACTION });
  else if (plan.onError === 'skip') settle(machine, run, { state: 'SKIP', failure, action: DEFAULT_ACTION });
  else {
    // Marked first, so that stopping the frame leaves this one alone: siblings are stopped before the failure settles.
    run.stopping = { kind: 'failed', failure };
    stopFrame(machine, frame, { kind: 'failed', failure });
    settle(machine, run, { state: 'FAIL', failure });
  }
};

/** X4: the next attempt is the interpreter's, on the run's timer, so that hold, total time and Retry-After hold for every class. */
const retryRun = (machine: Machine, run: NodeRun, failure: Failure, delayMs: number): void => {
  machine.state.ready = machine.state.ready.filter((path) => path !== run.path);
  run.state = 'RETRY';
  run.wake = { kind: 'retry', at: machine.nowMs + delayMs };
  delete run.evaluated;
  delete run.block;
  summarise(machine, run, 'RETRY', { failure });
  const { output: _, ...told } = failure;
  record(machine, {
    type: 'node.retry',
    level: 'warn',
    message: `Attempt ${run.attempt} of node ${run.path} failed, next in ${delayMs} ms: ${failure.message}`,
    ...placeOf(machine, run),
    state: 'RETRY',
    failure: told,
    data: { delayMs },
  });
};
