import { LIMITS } from '../limits';
import { jsonOf, ask } from './ask';
import { failRun, stopFrame } from './fail-and-stop';
import { failureOf, toFailure } from './failures';
import { frameOf, nodePlanOf, placeOf, record, summarise, type Machine } from './machine';
import { perform } from './ops';
import { ROOT_FRAME } from './paths';
import { settle } from './settle';
import type { NodeRun } from './state';
import { tooManyVisits } from './tokens';

/** About what one node run costs the sandbox besides its expressions, in cost units (X7). */
const NODE_RUN_COST = 60;

/** Starts a READY node run, or goes on with one whose evaluation or timer came back. */
export const startRun = (machine: Machine, run: NodeRun): void => {
  machine.budget -= NODE_RUN_COST;
  if (run.startedAt === undefined) begin(machine, run);
  if (machine.state.runs[run.path] !== run) return;
  try {
    if (admitted(machine, run)) perform(machine, run);
  } catch (error) {
    failRun(machine, run, failureOf(error, run.path));
  }
};

const begin = (machine: Machine, run: NodeRun): void => {
  const { state } = machine;
  const plan = nodePlanOf(machine, run);
  run.state = 'RUN';
  run.startedAt = machine.nowMs;
  run.attemptStartedAt = machine.nowMs;
  if (plan.timeoutMs !== undefined) run.limit = machine.nowMs + plan.timeoutMs;
  summarise(machine, run, 'RUN');
  record(machine, {
    type: 'node.started',
    level: 'debug',
    message: `Node ${run.path} started`,
    ...placeOf(machine, run),
    state: 'RUN',
  });
  if (state.counts.nodeRuns > LIMITS.nodeRunsPerRun)
    endless(machine, run, 'too_many_node_runs', `The run has more than ${LIMITS.nodeRunsPerRun} node runs`);
  else if (tooManyVisits(run))
    endless(machine, run, 'too_many_visits', `Node ${run.site} was visited more than ${LIMITS.visitsPerNode} times`);
};

/** An endless flow ends here, whatever it catches. */
const endless = (machine: Machine, run: NodeRun, code: string, text: string): void => {
  const failure = toFailure(code, `${text}; is there a cycle without an end?`, run.path);
  run.stopping = { kind: 'failed', failure };
  const root = frameOf(machine, ROOT_FRAME);
  stopFrame(machine, root.ended === true ? frameOf(machine, run.frame) : root, { kind: 'failed', failure });
  settle(machine, run, { state: 'FAIL', failure });
};

/** The next attempt of a failed node run (X4). */
export const retryAttempt = (machine: Machine, run: NodeRun): void => {
  run.attempt += 1;
  run.state = 'RUN';
  run.attemptStartedAt = machine.nowMs;
  delete run.wake;
  delete run.polls;
  // X2: a retry sends what the first attempt sent.
  run.uuids = 0;
  delete run.event;
  summarise(machine, run, 'RUN');
  record(machine, {
    type: 'node.started',
    level: 'debug',
    message: `Node ${run.path} started, attempt ${run.attempt}`,
    ...placeOf(machine, run),
    state: 'RUN',
  });
  startRun(machine, run);
};

/** `when`: false → FILTERED, and the flow goes on by the default edge. */
const admitted = (machine: Machine, run: NodeRun): boolean => {
  const { when } = nodePlanOf(machine, run);
  if (when === undefined || run.admitted === true) return true;
  const answer = ask(machine, run, 'when', { kind: 'expression', source: when });
  if (!answer.ready) return false;
  if (jsonOf(answer.value) === true) {
    run.admitted = true;
    return true;
  }
  settle(machine, run, { state: 'FILTERED' });
  return false;
};
