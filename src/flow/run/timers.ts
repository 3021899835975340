import { endStopped, failRun, stopFrame, stopRun } from './fail-and-stop';
import { toFailure } from './failures';
import { frameOf, type Machine } from './machine';
import { ROOT_FRAME } from './paths';
import { settle } from './settle';
import type { NodeRun, RunMemory } from './state';
import { retryAttempt, startRun } from './step';
import { DEFAULT_ACTION } from '../words';
import { inline } from '../value';

/** When something is due next (epoch ms), and for which node run; the run's own limit has an empty path. */
export interface Deadline {
  readonly at: number;
  readonly path: string;
}

/** The earliest deadline, or undefined. While held, timers keep counting and their effects wait (X11). */
export const nextDeadline = (state: RunMemory): Deadline | undefined => {
  if (state.phase === 'ended' || state.held !== undefined) return undefined;
  let next: Deadline | undefined = state.phase === 'main' ? { at: state.deadline, path: '' } : undefined;
  for (const run of Object.values(state.runs)) {
    const at = Math.min(run.wake?.at ?? Number.POSITIVE_INFINITY, run.limit ?? Number.POSITIVE_INFINITY);
    if (at < (next?.at ?? Number.POSITIVE_INFINITY)) next = { at, path: run.path };
  }
  return next;
};

/** Everything that is due by now, oldest first. */
export const takeDue = (machine: Machine): void => {
  const { state, nowMs } = machine;
  if (state.held !== undefined) return;
  const root = state.frames[ROOT_FRAME];
  if (state.phase === 'main' && state.deadline <= nowMs && root !== undefined && root.stop === undefined) {
    stopFrame(machine, root, {
      kind: 'failed',
      failure: toFailure('run_timeout', 'The run did not end within its time limit', ''),
    });
    return;
  }
  const due = Object.values(state.runs)
    .filter((run) => Math.min(run.wake?.at ?? Number.POSITIVE_INFINITY, run.limit ?? Number.POSITIVE_INFINITY) <= nowMs)
    .toSorted((a, b) => (a.wake?.at ?? a.limit ?? 0) - (b.wake?.at ?? b.limit ?? 0));
  for (const run of due) if (state.runs[run.path] === run && run.stopping === undefined) wake(machine, run);
};

const wake = (machine: Machine, run: NodeRun): void => {
  if (run.limit !== undefined && run.limit <= machine.nowMs) return overLimit(machine, run);
  const kind = run.wake?.kind;
  delete run.wake;
  if (kind === 'retry') retryAttempt(machine, run);
  else if (kind === 'poll') startRun(machine, run);
  else if (kind === 'delay')
    settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output: frameOf(machine, run.frame).last ?? inline(null) });
  else if (kind === 'timeout') overTime(machine, run);
};

/** A wait's deadline, or a loop's maxTime. */
const overTime = (machine: Machine, run: NodeRun): void => {
  const failure =
    run.block === undefined
      ? toFailure('wait_timeout', `Event ${run.event?.name ?? ''} did not come in time`, run.path, { action: 'timeout' })
      : toFailure('loop_timeout', `Loop ${run.path} did not end within its maxTime`, run.path);
  delete run.event;
  if (run.block === undefined) failRun(machine, run, failure);
  else stopRun(machine, run, { kind: 'failed', failure });
};

/** The node run's own limit, retries included: it fails for good. */
const overLimit = (machine: Machine, run: NodeRun): void => {
  const waiting = run.polls !== undefined;
  const failure = waiting
    ? toFailure('wait_timeout', `The condition of ${run.path} was not met in time`, run.path, { action: 'timeout' })
    : toFailure('node_timeout', `Node ${run.path} did not end within its time limit`, run.path);
  delete run.limit;
  delete run.event;
  if (run.state === 'RETRY' || (run.busy === undefined && run.block === undefined))
    endStopped(machine, run, { kind: 'failed', failure });
  else stopRun(machine, run, { kind: 'failed', failure });
};
