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
} from '../../src/flow';

/** What a simulated attempt answers: an action (with an output), or a failure. */
export type Answer = { readonly action?: string; readonly output?: Json } | { readonly failure: Partial<Failure> };
export type Answers = (path: string, attempt: number) => Answer;

export interface Simulation {
  readonly memory: RunMemory;
  readonly journal: JournalEntry[];
  readonly pending: Command[];
  readonly commands: Command[];
  nowMs: number;
  send(...events: RunEvent[]): void;
  /** Answers pending calls, `pick` choosing the next one, and moves the clock to deadlines, until nothing moves. */
  settle(pick?: (pending: readonly Command[]) => number): void;
  /** Paths of node runs in the order in which they started. */
  started(): string[];
}

export const simulate = (plan: Plan, answers: Answers = () => ({}), input: Json = {}): Simulation => {
  const memory = initialState(
    plan,
    { runId: 'run_1', workspace: 'ws', flowId: 'flow_1', flowName: 'test', version: 1 },
    inline(input),
    1_000,
  );
  const simulation: Simulation = {
    memory,
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
      }
    },
    settle(pick = () => 0) {
      for (let steps = 0; steps < 10_000; steps += 1) {
        const [command] = simulation.pending.splice(pick(simulation.pending), 1);
        if (command !== undefined) simulation.send(answerTo(command));
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
  const stop = (path: string): void => {
    const index = simulation.pending.findIndex((command) => command.type === 'call' && command.path === path);
    const [command] = index < 0 ? [] : simulation.pending.splice(index, 1);
    if (command?.type === 'call') simulation.send({ type: 'callStopped', path, attempt: command.attempt });
  };
  const answerTo = (command: Command): RunEvent => {
    if (command.type === 'call') {
      const { path, attempt } = command;
      const answer = answers(path, attempt);
      if ('failure' in answer)
        return {
          type: 'callFailed',
          path,
          attempt,
          failure: { code: 'boom', message: 'boom', retryable: false, nodePath: path, ...answer.failure },
        };
      return {
        type: 'callDone',
        path,
        attempt,
        output: inline(answer.output ?? null),
        ...(answer.action === undefined ? {} : { action: answer.action }),
      };
    }
    return { type: 'time' };
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
