import { inline } from '../value';
import { approvalDue } from './approvals';
import { DEFAULT_ACTION } from '../words';
import { entryDue, takeEntryDue } from './entry';
import { failForGood, failRun, stopFrame, stopRun } from './fail-and-stop';
import { toFailure } from './failures';
import { enqueue, frameOf, type Machine } from './machine';
import { ROOT_FRAME } from './paths';
import { settle } from './settle';
import type { NodeRun, RunMemory, Stopping, Wake } from './state';
import { retryAttempt } from './step';

/** When something is due next (epoch ms), and for which node run; the run's own limit has an empty path. */
export interface Deadline {
  readonly at: number;
  readonly path: string;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The earliest of the limits under which a node run works. */
const capOf = (run: NodeRun): number => {
  const { limit = NEVER, attemptLimit = NEVER, waitLimit = NEVER } = run;
  return Math.min(limit, attemptLimit, waitLimit);
};
/** What is being stopped has nothing to wait for but its attempt. */
const dueAt = (run: NodeRun): number => (run.stopping === undefined ? Math.min(run.wake?.at ?? NEVER, capOf(run)) : NEVER);

/** A run that is stopping already is not stopped again by its time limit. */
const mayTimeOut = (state: RunMemory): boolean => state.phase === 'main' && state.frames[ROOT_FRAME]?.stop === undefined;

/** The earliest deadline, or undefined. While held, timers keep counting and their effects wait (X11). */
export const nextDeadline = (state: RunMemory): Deadline | undefined => {
  if (state.phase === 'ended' || state.held !== undefined) return undefined;
  let next: Deadline | undefined = mayTimeOut(state) ? { at: state.deadline, path: '' } : undefined;
  const entry = entryDue(state);
  if (entry !== undefined && entry < (next?.at ?? NEVER)) next = { at: entry, path: '' };
  for (const run of Object.values(state.runs)) {
    const at = dueAt(run);
    if (at < (next?.at ?? NEVER)) next = { at, path: run.path };
  }
  return next;
};

/** Everything that is due by now, oldest first. */
export const takeDue = (machine: Machine): void => {
  const { state, nowMs } = machine;
  if (state.held !== undefined) return;
  if (mayTimeOut(state) && state.deadline <= nowMs) {
    const failure = toFailure('run_timeout', 'The run did not end within its time limit', '');
    stopFrame(machine, frameOf(machine, ROOT_FRAME), { kind: 'failed', failure });
    return;
  }
  takeEntryDue(machine);
  const due = Object.values(state.runs)
    .filter((run) => dueAt(run) <= nowMs)
    .toSorted((a, b) => dueAt(a) - dueAt(b));
  for (const run of due) if (state.runs[run.path] === run && dueAt(run) <= nowMs) wake(machine, run);
};

const endsItsNode = ({ approval }: NodeRun, { kind }: Wake, nowMs: number): boolean =>
  kind === 'delay' || kind === 'timeout' || (kind === 'approval' && (approval?.dueAt ?? NEVER) <= nowMs);

const wake = (machine: Machine, run: NodeRun): void => {
  const due = run.wake !== undefined && run.wake.at <= machine.nowMs ? run.wake : undefined;
  const cap = capOf(run);
  // A wait that was over before the limit ended well, however late its timer is seen; what would only begin now is too late.
  const ended = due !== undefined && due.at <= cap && endsItsNode(run, due, machine.nowMs);
  if (cap <= machine.nowMs && !ended) return overLimit(machine, run, cap);
  if (due === undefined) return;
  delete run.wake;
  if (due.kind === 'retry') retryAttempt(machine, run);
  else if (due.kind === 'poll' || due.kind === 'defer') enqueue(machine, run);
  else if (due.kind === 'delay')
    settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output: frameOf(machine, run.frame).last ?? inline(null) });
  else if (run.approval !== undefined) approvalDue(machine, run, run.approval);
  else overTime(machine, run);
};

/** A wait's deadline, or a loop's maxTime. */
const overTime = (machine: Machine, run: NodeRun): void => {
  const failure =
    run.event === undefined
      ? toFailure('loop_timeout', `Loop ${run.path} did not end within its maxTime`, run.path)
      : toFailure('wait_timeout', `Event ${run.event.name} did not come in time`, run.path, { action: 'timeout' });
  end(machine, run, { kind: 'failed', failure });
};

const overLimit = (machine: Machine, run: NodeRun, cap: number): void => {
  if (run.limit === cap) {
    const failure = toFailure('node_timeout', `Node ${run.path} did not end within its time limit`, run.path);
    end(machine, run, { kind: 'failed', failure, final: true });
  } else if (run.attemptLimit === cap) {
    const text = `The attempt of ${run.path} did not end within its time limit`;
    end(machine, run, { kind: 'failed', failure: toFailure('timeout', text, run.path, { retryable: true }) });
  } else {
    const text = `The condition of ${run.path} was not met in time`;
    end(machine, run, { kind: 'failed', failure: toFailure('wait_timeout', text, run.path, { action: 'timeout' }) });
  }
};

/** At once when nothing of it happens outside or in frames of its own, else when that has stopped. */
const end = (machine: Machine, run: NodeRun, how: Extract<Stopping, { kind: 'failed' }>): void => {
  delete run.event;
  if (run.busy !== undefined || run.block !== undefined) stopRun(machine, run, how);
  else if (how.final === true) failForGood(machine, run, how.failure);
  else failRun(machine, run, how.failure);
};
