import { LIMITS } from '../limits';
import type { NodePlan } from '../plan';
import { jsonOf, ask } from './ask';
import { failBlock, stopFrame } from './fail-and-stop';
import { failureOf, shortened, toFailure } from './failures';
import { enqueue, frameOf, nodePlanOf, placeOf, record, summarise, type Machine } from './machine';
import { perform } from './ops';
import { settle } from './settle';
import type { NodeRun } from './state';
import { tooManyVisits, topFrame } from './tokens';

/** About what a node run costs the sandbox besides its expressions and its making, in cost units (X7). */
const START_COST = 40;
const GO_ON_COST = 10;

/** Starts a READY node run, or goes on with one whose evaluation, timer or iteration came back. */
export const startRun = (machine: Machine, run: NodeRun): void => {
  machine.budget -= run.startedAt === undefined ? START_COST : GO_ON_COST;
  if (run.startedAt === undefined) {
    if (isDeferred(machine, run)) return;
    begin(machine, run);
  }
  if (machine.state.runs[run.path] !== run) return;
  try {
    if (admitted(machine, run)) perform(machine, run);
  } catch (error) {
    failBlock(machine, run, failureOf(error, run.path));
  }
};

/** Whether this entry of the ready list still stands: the node run may have ended, failed or been stopped since. */
export const mayStart = (run: NodeRun): boolean =>
  run.stopping === undefined && run.busy === undefined && (run.state === 'READY' || run.queued === true);

/** `defer`: the node stays READY until its time has come; only then `when` is asked. */
const isDeferred = (machine: Machine, run: NodeRun): boolean => {
  const { deferMs } = nodePlanOf(machine, run);
  if (deferMs === undefined || run.deferred === true) return false;
  const at = machine.nowMs + deferMs;
  run.deferred = true;
  run.wake = { kind: 'defer', at };
  const until = new Date(at).toISOString();
  record(machine, {
    type: 'node.waiting',
    level: 'debug',
    message: `Node ${run.path} is deferred until ${until}`,
    ...placeOf(machine, run),
    state: 'READY',
    data: { until },
  });
  return true;
};

const begin = (machine: Machine, run: NodeRun): void => {
  const { state } = machine;
  const plan = nodePlanOf(machine, run);
  run.state = 'RUN';
  run.startedAt = machine.nowMs;
  run.attemptStartedAt = machine.nowMs;
  if (plan.timeoutMs !== undefined) run.limit = machine.nowMs + plan.timeoutMs;
  limitAttempt(machine, run, plan);
  summarise(machine, run, 'RUN');
  record(machine, {
    type: 'node.started',
    level: 'debug',
    message: `Node ${run.path} started`,
    ...placeOf(machine, run),
    state: 'RUN',
  });
  if (state.counts.nodeRuns - (state.mainRuns ?? 0) > LIMITS.nodeRunsPerRun)
    endless(machine, run, 'too_many_node_runs', `The run has more than ${LIMITS.nodeRunsPerRun} node runs`);
  else if (tooManyVisits(run))
    endless(machine, run, 'too_many_visits', `Node ${run.site} was visited more than ${LIMITS.visitsPerNode} times`);
};

/** The limit of an attempt of a call is kept by its activity; blocks and sub-flows have none that could. */
const limitAttempt = (machine: Machine, run: NodeRun, plan: NodePlan): void => {
  if (plan.op.kind !== 'call' && plan.attemptTimeoutMs !== undefined) run.attemptLimit = machine.nowMs + plan.attemptTimeoutMs;
};

/** An endless flow ends here, whatever it catches, and wherever it turns: a group's `finally` goes on while the run stops. */
const endless = (machine: Machine, run: NodeRun, code: string, text: string): void => {
  const failure = toFailure(code, `${text}; is there a cycle without an end?`, run.path);
  run.stopping = { kind: 'failed', failure };
  stopFrame(machine, topFrame(machine, run), { kind: 'failed', failure });
  stopFrame(machine, frameOf(machine, run.frame), { kind: 'failed', failure });
  settle(machine, run, { state: 'FAIL', failure });
};

/** The next attempt of a failed node run (X4). */
export const retryAttempt = (machine: Machine, run: NodeRun): void => {
  run.attempt += 1;
  run.state = 'RUN';
  run.attemptStartedAt = machine.nowMs;
  // X2: a retry sends what the first attempt sent.
  run.uuids = 0;
  limitAttempt(machine, run, nodePlanOf(machine, run));
  summarise(machine, run, 'RUN');
  record(machine, {
    type: 'node.started',
    level: 'debug',
    message: `Node ${run.path} started, attempt ${run.attempt}`,
    ...placeOf(machine, run),
    state: 'RUN',
  });
  enqueue(machine, run);
};

/** `when`: anything but true → FILTERED, and the flow goes on by the default edge. A text tells why. */
const admitted = (machine: Machine, run: NodeRun): boolean => {
  const { when } = nodePlanOf(machine, run);
  if (when === undefined || run.admitted === true) return true;
  const answer = ask(machine, run, 'when', { kind: 'expression', source: when });
  if (!answer.ready) return false;
  const value = jsonOf(answer.value);
  if (value === true) {
    run.admitted = true;
    return true;
  }
  settle(machine, run, { state: 'FILTERED', ...(typeof value === 'string' ? { reason: shortened(value) } : {}) });
  return false;
};
