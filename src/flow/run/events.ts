import type { Failure } from '../failure';
import { inline } from '../value';
import { DEFAULT_ACTION } from '../words';
import { childOutput } from './child-output';
import { approvalOpened, concludeApproval } from './approvals';
import { takeApprovalEvent } from './decide';
import { deliver, takeEarlyEvent } from './deliver';
import { slotDenied, slotFree, slotRefused, slotTaken } from './entry';
import { endStopped, failBlock, failRun, stopFrame } from './fail-and-stop';
import { toFailure } from './failures';
import type { RunEvent } from './event';
import { replaceValue } from './memory';
import { enqueue, frameOf, nodePlanOf, record, runAt, type Machine } from './machine';
import { ROOT_FRAME, RUN_OUTPUT } from './paths';
import { settle } from './settle';
import type { NodeRun } from './state';
import { openFrame } from './tokens';
import { takeDue } from './timers';

type Handler<T extends RunEvent['type']> = (machine: Machine, event: Extract<RunEvent, { type: T }>) => void;

/** The run of an attempt, if that attempt is still the current one: a late report changes nothing. */
const attemptOf = (machine: Machine, event: { readonly path: string; readonly attempt: number }): NodeRun | undefined => {
  const run = runAt(machine, event.path);
  return run !== undefined && run.attempt === event.attempt && (run.busy === 'local' || run.busy === 'activity')
    ? run
    : undefined;
};

/** The node run that still waits for this evaluation or page: one that was stopped, or tries again, takes nothing. */
const askerOf = (machine: Machine, event: { readonly path: string; readonly attempt: number }): NodeRun | undefined => {
  const run = runAt(machine, event.path);
  if (run?.busy !== 'evaluate' || run.attempt !== event.attempt || run.stopping !== undefined) return undefined;
  delete run.busy;
  return run;
};

/** The approval whose opening is reported. */
const openingOf = (machine: Machine, event: { readonly path: string; readonly attempt: number }) => {
  const run = runAt(machine, event.path);
  if (run?.busy !== 'opening' || run.attempt !== event.attempt || run.approval === undefined) return undefined;
  delete run.busy;
  return { run, approval: run.approval };
};

const failOutput = (machine: Machine, failure: Failure): void => {
  delete machine.state.busy;
  machine.state.outcome = { state: 'FAIL', failure: { ...failure, nodePath: '' } };
};

const failAfterAttempt = (machine: Machine, run: NodeRun, failure: Failure): void => {
  delete run.busy;
  if (run.stopping === undefined) failRun(machine, run, { ...failure, nodePath: run.path });
  else endStopped(machine, run, run.stopping);
};

const handlers: { readonly [T in RunEvent['type']]: Handler<T> } = {
  begin: (machine) => {
    const { facts } = machine.state;
    const first = machine.plan.root.start[0];
    const type = first === undefined ? undefined : machine.plan.root.nodes[first]?.type;
    record(machine, {
      type: 'run.started',
      level: 'info',
      message: 'Execution started',
      ...(first === undefined ? {} : { node: first, nodeType: type ?? '' }),
      state: 'RUN',
      data: { flow: facts.flowName, version: facts.version },
    });
    openFrame(machine, { path: ROOT_FRAME, site: ROOT_FRAME });
  },
  time: (machine) => takeDue(machine),
  callDone: (machine, event) => {
    const run = attemptOf(machine, event);
    if (run === undefined) return;
    delete run.busy;
    // X9: an attempt that finished although it was to be stopped is DONE, and is compensated.
    settle(machine, run, {
      state: 'DONE',
      action: event.action ?? DEFAULT_ACTION,
      output: event.output,
      ...(event.log === undefined ? {} : { log: event.log }),
    });
  },
  callFailed: (machine, event) => {
    const run = attemptOf(machine, event);
    if (run !== undefined) failAfterAttempt(machine, run, event.failure);
  },
  callStopped: (machine, event) => {
    const run = attemptOf(machine, event);
    if (run !== undefined)
      failAfterAttempt(
        machine,
        run,
        toFailure('cancelled', `The attempt of ${run.path} was cancelled`, run.path, { retryable: true }),
      );
  },
  callEscalated: (machine, event) => {
    const run = attemptOf(machine, event);
    if (run === undefined) return;
    delete run.busy;
    run.slow = true;
    run.uuids = 0;
    if (run.stopping === undefined) enqueue(machine, run);
    else endStopped(machine, run, run.stopping);
  },
  evaluated: (machine, event) => {
    const { state } = machine;
    if (event.path === '') {
      delete state.busy;
      if (state.outcome !== undefined) state.outcome.output = event.value;
      return;
    }
    const run = askerOf(machine, event);
    if (run === undefined) return;
    (run.evaluated ??= {})[event.purpose] = event.value;
    enqueue(machine, run);
  },
  offloaded: (machine, event) => {
    const { state } = machine;
    if (event.path !== '' || event.purpose !== RUN_OUTPUT) return replaceValue(machine, event.path, event.purpose, event.value);
    delete state.busy;
    if (state.outcome !== undefined) state.outcome.output = event.value;
  },
  // An output that could not be stored stays in memory; the run's own must be stored (X5).
  offloadFailed: (machine, event) => {
    if (event.path === '' && event.purpose === RUN_OUTPUT) failOutput(machine, event.failure);
  },
  evaluationFailed: (machine, event) => {
    if (event.path === '') return failOutput(machine, event.failure);
    const run = askerOf(machine, event);
    if (run !== undefined) failBlock(machine, run, { ...event.failure, nodePath: run.path });
  },
  itemsRead: (machine, event) => {
    const run = askerOf(machine, event);
    if (run?.block?.kind !== 'loop') return;
    run.block.items = event.items;
    run.block.base = event.offset;
    run.block.total = event.total;
    enqueue(machine, run);
  },
  approvalOpened: (machine, event) => {
    const opening = openingOf(machine, event);
    if (opening === undefined) return;
    const { run, approval } = opening;
    if (run.stopping === undefined) approvalOpened(machine, run, approval, event.times);
    else endStopped(machine, run, run.stopping);
  },
  approvalRefused: (machine, event) => {
    const opening = openingOf(machine, event);
    if (opening === undefined) return;
    const { run } = opening;
    // No row is there that could be closed.
    delete run.approval;
    failAfterAttempt(machine, run, event.failure);
  },
  decide: takeApprovalEvent,
  delegate: takeApprovalEvent,
  withdraw: takeApprovalEvent,
  childStarted: (machine, event) => {
    const run = runAt(machine, event.path);
    if (run?.childRunId !== event.childRunId) return;
    const plan = nodePlanOf(machine, run);
    if (plan.op.kind !== 'flow' || plan.op.mode !== 'detach') return;
    delete run.busy;
    settle(machine, run, {
      state: 'DONE',
      action: DEFAULT_ACTION,
      output: childOutput(plan.op, { state: 'RUN', runId: event.childRunId }),
    });
  },
  childEnded: (machine, event) => {
    const run = runAt(machine, event.path);
    if (run?.childRunId !== event.childRunId || run.busy !== 'child') return;
    delete run.busy;
    const { op } = nodePlanOf(machine, run);
    const told = { state: event.state, runId: event.childRunId, output: event.output ?? inline(null) };
    const output = op.kind === 'flow' ? childOutput(op, told) : told.output;
    if (event.state === 'DONE') return settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output });
    if (run.stopping !== undefined) return endStopped(machine, run, run.stopping);
    if (event.state === 'SKIP' || event.state === 'FILTERED') return settle(machine, run, { state: event.state, output });
    const cancelled = event.state === 'CANCELLED';
    const text = cancelled
      ? `The sub-flow run ${event.childRunId} was cancelled`
      : `The sub-flow run ${event.childRunId} failed: ${event.failure?.message ?? ''}`;
    const cause = event.failure === undefined ? {} : { cause: event.failure };
    failRun(
      machine,
      run,
      toFailure(cancelled ? 'subflow_cancelled' : 'subflow_failed', text, run.path, { retryable: !cancelled, ...cause }),
    );
  },
  hold: (machine, event) => {
    const { state } = machine;
    if (state.held !== undefined) return;
    state.held = { at: machine.nowMs, ...(event.by === undefined ? {} : { by: event.by }) };
    record(machine, { type: 'run.held', level: 'info', message: `Held by ${event.by ?? 'an operator'}` });
    cascade(machine, 'hold');
  },
  release: (machine, event) => {
    const { state } = machine;
    if (state.held === undefined) return;
    delete state.held;
    record(machine, { type: 'run.released', level: 'info', message: `Released by ${event.by ?? 'an operator'}` });
    cascade(machine, 'release');
    // What came in time while the run was held is taken before any deadline that has passed since (X11).
    for (const run of Object.values(state.runs)) if (run.event !== undefined) takeEarlyEvent(machine, run);
    for (const run of Object.values(state.runs)) concludeApproval(machine, run);
    takeDue(machine);
  },
  cancel: (machine, event) => {
    const { state } = machine;
    if (state.cancelling !== undefined || state.phase !== 'main') return;
    const { by, reason } = event;
    state.cancelling = { at: machine.nowMs, ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }) };
    record(machine, {
      type: 'run.cancelling',
      level: 'warn',
      message: `Cancelled by ${by ?? 'an operator'}${reason === undefined ? '' : `: ${reason}`}`,
    });
    // A held run that is cancelled is released by it: nothing new starts, but its undo and `finally` must.
    delete state.held;
    const root = frameOf(machine, ROOT_FRAME);
    stopFrame(machine, root, { kind: 'cancelled' });
  },
  slotTaken,
  slotRefused,
  slotFree,
  slotDenied: (machine, { failure }) => slotDenied(machine, failure),
  deliver: (machine, event) => {
    const { type: _, ...delivery } = event;
    deliver(machine, delivery);
  },
};

const cascade = (machine: Machine, signal: 'hold' | 'release'): void => {
  for (const run of Object.values(machine.state.runs))
    if (run.busy === 'child' && run.childRunId !== undefined)
      machine.commands.push({ type: 'signalChild', childRunId: run.childRunId, signal });
};

export const handleEvent = (machine: Machine, event: RunEvent): void => handlers[event.type](machine, event as never);
