import type { Failure } from '../failure';
import { inline } from '../value';
import { DEFAULT_ACTION } from '../words';
import { pumpLoop } from './loop';
import { deliver, takeEarlyEvent } from './deliver';
import { endStopped, failRun, stopFrame } from './fail-and-stop';
import { toFailure } from './failures';
import type { RunEvent } from './event';
import { replaceOutput } from './memory';
import { frameOf, nodePlanOf, record, runAt, type Machine } from './machine';
import { ROOT_FRAME, RUN_OUTPUT } from './paths';
import { settle } from './settle';
import type { NodeRun } from './state';
import { startRun } from './step';
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
    if (run.stopping === undefined) startRun(machine, run);
    else endStopped(machine, run, run.stopping);
  },
  evaluated: (machine, event) => {
    const { state } = machine;
    if (event.path === '') {
      delete state.busy;
      if (state.outcome !== undefined) state.outcome.output = event.value;
      return;
    }
    const run = runAt(machine, event.path);
    if (run?.busy !== 'evaluate') return;
    delete run.busy;
    if (run.stopping !== undefined) return endStopped(machine, run, run.stopping);
    (run.evaluated ??= {})[event.purpose] = event.value;
    startRun(machine, run);
  },
  offloaded: (machine, event) => {
    const { state } = machine;
    if (event.path !== '' || event.purpose !== RUN_OUTPUT) return replaceOutput(machine, event.path, event.purpose, event.value);
    delete state.busy;
    if (state.outcome !== undefined) state.outcome.output = event.value;
  },
  evaluationFailed: (machine, event) => {
    const { state } = machine;
    if (event.path === '') {
      delete state.busy;
      state.outcome = { state: 'FAIL', failure: event.failure };
      return;
    }
    const run = runAt(machine, event.path);
    if (run?.busy === 'evaluate') failAfterAttempt(machine, run, event.failure);
  },
  itemsRead: (machine, event) => {
    const run = runAt(machine, event.path);
    const plan = run === undefined ? undefined : nodePlanOf(machine, run);
    if (run?.block?.kind !== 'loop' || plan?.op.kind !== 'loop') return;
    delete run.busy;
    delete run.block.reading;
    run.block.items = event.items;
    run.block.base = event.offset;
    run.block.total = event.total;
    if (run.stopping === undefined) pumpLoop(machine, run, plan.op);
    else if (run.block.active === 0) endStopped(machine, run, run.stopping);
  },
  childStarted: (machine, event) => {
    const run = runAt(machine, event.path);
    if (run?.childRunId !== event.childRunId) return;
    const plan = nodePlanOf(machine, run);
    if (plan.op.kind !== 'flow' || plan.op.mode !== 'detach') return;
    delete run.busy;
    settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output: inline({ runId: event.childRunId }) });
  },
  childEnded: (machine, event) => {
    const run = runAt(machine, event.path);
    if (run?.childRunId !== event.childRunId || run.busy !== 'child') return;
    delete run.busy;
    const output = event.output ?? inline(null);
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
    for (const run of Object.values(state.runs)) if (run.event !== undefined) takeEarlyEvent(machine, run);
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
