import {
  advance,
  initialState,
  inline,
  nextDeadline,
  type Command,
  type Failure,
  type JournalEntry,
  type Json,
  type Plan,
  type RunEvent,
  type RunMemory,
  type TerminalRunState,
} from '../../src/flow';
import { dueTimes } from '../../src/activities/approvals/due-times';
import { createClaims, type Claims } from './claims';

/**
 * What a simulated attempt answers: an action with an output (`claimed`: behind a claim), or a failure. A sub-flow answers with its
 * output or failure, or with another end state.
 */
export type Answer =
  | { readonly action?: string; readonly output?: Json; readonly claimed?: true; readonly state?: TerminalRunState }
  | { readonly failure: Partial<Failure> };
export type Answers = (path: string, attempt: number) => Answer;

export interface Simulation {
  readonly memory: RunMemory;
  readonly journal: JournalEntry[];
  /** Commands without an answer yet. */
  readonly pending: Command[];
  readonly commands: Command[];
  readonly claims: Claims;
  nowMs: number;
  send(...events: RunEvent[]): void;
  /** Moves the clock and lets the run see it. */
  wait(ms: number): void;
  /** Answers the pending command at this index. */
  answer(index: number): void;
  /** Answers pending commands, `pick` choosing the next one, and moves the clock to deadlines, until nothing moves. */
  settle(pick?: (pending: readonly Command[]) => number): void;
  /** Paths of node runs in the order in which they started. */
  started(): string[];
}

const failureOf = (path: string, failure: Partial<Failure>): Failure => ({
  code: 'boom',
  message: 'boom',
  retryable: false,
  nodePath: path,
  ...failure,
});

export const simulate = (plan: Plan, answers: Answers = () => ({}), input: Json = {}): Simulation => {
  const facts = { runId: 'run_1', workspace: 'ws', flowId: 'flow_1', flowName: 'test', version: 1 };
  const memory = initialState(plan, facts, inline(input), 1_000);
  const claims = createClaims();
  const simulation: Simulation = {
    memory,
    claims,
    journal: [],
    pending: [],
    commands: [],
    nowMs: 1_000,
    send(...events) {
      const { commands, journal } = advance(plan, memory, events, simulation.nowMs);
      simulation.journal.push(...journal);
      simulation.commands.push(...commands);
      for (const command of commands) {
        if (command.type === 'stopAttempt') stop(command.path);
        else if (command.type !== 'signalChild') simulation.pending.push(command);
        else if (command.signal === 'cancel') cancelChild(command.childRunId);
      }
    },
    wait(ms) {
      simulation.nowMs += ms;
      simulation.send({ type: 'time' });
    },
    answer(index) {
      const [command] = simulation.pending.splice(index, 1);
      if (command !== undefined) simulation.send(...answerTo(command));
    },
    settle(pick = () => 0) {
      for (let steps = 0; steps < 10_000; steps += 1) {
        if (simulation.pending.length > 0) simulation.answer(pick(simulation.pending));
        else {
          const next = nextDeadline(memory)?.at;
          // The run's own deadline is not waited for: a run that hangs must show.
          if (next === undefined || next >= memory.deadline) return;
          simulation.nowMs = Math.max(simulation.nowMs, next);
          simulation.send({ type: 'time' });
        }
      }
      throw new Error('the simulated run does not end');
    },
    started: () =>
      simulation.journal
        .filter((entry) => entry.type === 'node.started' && (entry.attempt ?? 1) === 1)
        .map((entry) => entry.path ?? ''),
  };
  const take = (wanted: (command: Command) => boolean): Command | undefined => {
    const index = simulation.pending.findIndex(wanted);
    return index < 0 ? undefined : simulation.pending.splice(index, 1)[0];
  };
  const stop = (path: string): void => {
    const command = take((each) => each.type === 'call' && each.path === path);
    if (command?.type === 'call') simulation.send({ type: 'callStopped', path, attempt: command.attempt });
  };
  const cancelChild = (childRunId: string): void => {
    const command = take((each) => each.type === 'startChild' && each.childRunId === childRunId);
    if (command?.type === 'startChild')
      simulation.send({ type: 'childEnded', path: command.path, childRunId, state: 'CANCELLED' });
  };
  const answerTo = (command: Command): RunEvent[] => {
    switch (command.type) {
      case 'call':
        return [callAnswer(command)];
      case 'startChild':
        return childAnswer(command);
      case 'evaluate':
      case 'offload':
      case 'readItems':
        return [claims.answer(command)];
      case 'openApproval':
        return [
          {
            type: 'approvalOpened',
            path: command.path,
            attempt: command.attempt,
            times: dueTimes(command.approval.openedAt, command.approval.spans),
          },
        ];
      case 'takeSlot':
        return [{ type: 'slotTaken' }];
      case 'leaveSlot':
      case 'recordApproval':
      case 'tellApprovers':
      case 'signalChild':
      case 'stopAttempt':
      case 'yield':
        return [{ type: 'time' }];
    }
  };
  const callAnswer = ({ path, attempt, reads }: Extract<Command, { type: 'call' }>): RunEvent => {
    const answer = answers(path, attempt);
    if ('failure' in answer) return { type: 'callFailed', path, attempt, failure: failureOf(path, answer.failure) };
    const { action, output = null, claimed } = answer;
    const value = claimed === true ? claims.claim(output, reads) : inline(output);
    return { type: 'callDone', path, attempt, output: value, ...(action === undefined ? {} : { action }) };
  };
  const childAnswer = ({ path, childRunId, detach }: Extract<Command, { type: 'startChild' }>): RunEvent[] => {
    const started: RunEvent = { type: 'childStarted', path, childRunId };
    if (detach) return [started];
    const answer = answers(path, memory.runs[path]?.attempt ?? 1);
    const end =
      'failure' in answer
        ? ({ state: 'FAIL', failure: failureOf('', answer.failure) } as const)
        : { state: answer.state ?? 'DONE', ...(answer.output === undefined ? {} : { output: inline(answer.output) }) };
    return [started, { type: 'childEnded', path, childRunId, ...end }];
  };
  simulation.send({ type: 'begin' });
  return simulation;
};

/** Answers by static name and visit: `{a: ['retry', 'retry', 'ok']}`; the last one repeats. */
export const byVisit =
  (actions: Readonly<Record<string, readonly string[]>>): Answers =>
  (path) => {
    const [id = '', visit = '1'] = (path.split('/').at(-1) ?? '').split('#');
    const list = actions[id];
    const action = list?.[Math.min(Number(visit), list.length) - 1];
    return action === undefined ? {} : { action };
  };
