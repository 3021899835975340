import type { Failure } from '../failure';
import { stableUnit } from '../hash';
import { inline } from '../value';
import { DEFAULT_ACTION } from '../words';
import { catchRuleFor, nextDelayMs } from './failures';
import { frameChanged, frameOf, nodePlanOf, placeOf, record, summarise, type Machine } from './machine';
import { settle } from './settle';
import { closeFrame } from './tokens';
import type { FrameState, NodeRun, StopReason, Stopping } from './state';

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
export const stopRun = (machine: Machine, run: NodeRun, how: Stopping): void => {
  if (run.stopping !== undefined) return;
  run.stopping = how;
  const frames = run.block === undefined ? [] : framesOf(machine, run);
  const nested = frames.filter((frame) => frame.ended === undefined);
  // A group's `finally` runs to its end, and begins even if the body has just ended; everything else in the block stops.
  for (const frame of nested) if (!frame.site.endsWith('/finally')) stopFrame(machine, frame, { kind: 'cancelled' });
  if (nested.length > 0 || (run.block?.kind === 'group' && frames.length > 0)) return;
  switch (run.busy) {
    case 'local':
    case 'activity':
      machine.commands.push({ type: 'stopAttempt', path: run.path });
      return;
    case 'child':
      stopChild(machine, run);
      return;
    // P8: its row must be there before it can be closed.
    case 'opening':
      return;
    // An evaluation has no effect to wait for; its answer comes too late and changes nothing.
    case 'evaluate':
    case undefined:
      endStopped(machine, run, how);
  }
};

/** A detached sub-flow lives on: only its start is awaited. */
const stopChild = (machine: Machine, run: NodeRun): void => {
  const { op } = nodePlanOf(machine, run);
  if (run.childRunId !== undefined && op.kind === 'flow' && op.mode === 'wait')
    machine.commands.push({ type: 'signalChild', childRunId: run.childRunId, signal: 'cancel' });
};

/** The attempt of a stopped node run is over without a result. */
export const endStopped = (machine: Machine, run: NodeRun, how: Stopping): void => {
  delete run.stopping;
  for (const frame of framesOf(machine, run)) closeFrame(machine, frame.path);
  if (how.kind === 'cancelled') settle(machine, run, { state: 'CANCELLED' });
  else if (how.final === true) failForGood(machine, run, how.failure);
  else failRun(machine, run, how.failure);
};

/** Fails a node run that may have frames of its own: those that have not ended are stopped first. */
export const failBlock = (machine: Machine, run: NodeRun, failure: Failure): void => {
  if (run.block === undefined) return failRun(machine, run, failure);
  const rest = framesOf(machine, run);
  if (rest.every((frame) => frame.ended === true)) return endStopped(machine, run, { kind: 'failed', failure });
  run.stopping = { kind: 'failed', failure };
  for (const frame of rest) stopFrame(machine, frame, { kind: 'cancelled' });
};

/**
 * What a failure does, in the order of design §3: retry, the edge of exactly its name, catch, onError, else the frame fails.
 */
export const failRun = (machine: Machine, run: NodeRun, failure: Failure): void => {
  const { retry } = nodePlanOf(machine, run);
  const elapsedMs = machine.nowMs - (run.startedAt ?? machine.nowMs);
  const unit = stableUnit(`${machine.state.facts.runId}|${run.path}|${run.attempt}|jitter`);
  const stopping = frameOf(machine, run.frame).stop !== undefined;
  const delayMs = stopping ? undefined : nextDelayMs(retry, run.attempt, failure, elapsedMs, unit);
  if (delayMs === undefined) failForGood(machine, run, failure);
  else retryRun(machine, run, failure, delayMs);
};

/** A failure that no retry may answer: all tries are used up, the node's whole time is over, a join can never be satisfied. */
export const failForGood = (machine: Machine, run: NodeRun, failure: Failure): void => {
  const plan = nodePlanOf(machine, run);
  const frame = frameOf(machine, run.frame);
  if (frame.stop !== undefined) {
    settle(machine, run, { state: 'FAIL', failure });
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
  run.state = 'RETRY';
  run.wake = { kind: 'retry', at: machine.nowMs + delayMs };
  // Nothing of the failed attempt reaches into the next one.
  for (const member of ATTEMPT_MEMBERS) delete run[member];
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
const ATTEMPT_MEMBERS = [
  'busy',
  'evaluated',
  'block',
  'event',
  'polls',
  'approval',
  'queued',
  'childRunId',
  'attemptLimit',
  'waitLimit',
] as const satisfies readonly (keyof NodeRun)[];
