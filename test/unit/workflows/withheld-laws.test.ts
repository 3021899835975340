/** Laws of the gate between interpreter and server: it closes and opens at any moment, and the run goes through checkpoints. */
import fc from 'fast-check';
import {
  advance,
  initialState,
  inline,
  nextDeadline,
  type Command,
  type Plan,
  type RunEvent,
  type RunMemory,
} from '../../../src/flow';
import { throughClosedGate, withdrawStopped } from '../../../src/workflows/withheld';
import { createClaims } from '../../support/claims';
import { nestedPlans } from '../../support/nested-plans';

type Outside = Exclude<Command, { type: 'yield' | 'signalChild' | 'stopAttempt' }>;

/** The driver's rules without a server: what has gone out is answered, stopped, or told of nothing. */
const createDriver = (plan: Plan) => {
  const facts = { runId: 'run_1', workspace: 'ws', flowId: 'flow_1', flowName: 'test', version: 1 };
  const claims = createClaims();
  let memory: RunMemory = initialState(plan, facts, inline({ many: [1, 2, 3] }), 0);
  let waiting: readonly Command[] = [];
  let nowMs = 0;
  let outside: Outside[] = [];
  const stopped = new Set<string>();
  const faults: string[] = [];

  const end = (found: Outside | undefined, event: RunEvent): RunEvent[] => {
    outside = outside.filter((each) => each !== found);
    return found === undefined ? [] : [event];
  };
  const perform = (command: Command): RunEvent[] => {
    if (command.type === 'yield') return [{ type: 'time' }];
    if (command.type === 'stopAttempt') {
      const found = outside.find((each) => each.type === 'call' && each.path === command.path);
      return found?.type === 'call' ? end(found, { type: 'callStopped', path: found.path, attempt: found.attempt }) : [];
    }
    if (command.type === 'signalChild') {
      const found = outside.find((each) => each.type === 'startChild' && each.childRunId === command.childRunId);
      if (found?.type !== 'startChild' || command.signal !== 'cancel') return [];
      return end(found, { type: 'childEnded', path: found.path, childRunId: found.childRunId, state: 'CANCELLED' });
    }
    if (command.type === 'call' && stopped.has(`${command.path}|${command.attempt}`))
      faults.push(`${command.path} ran after its stop`);
    outside.push(command);
    return [];
  };
  /** What is stopped while it waits must never go out. */
  const noteStop = (path: string): void => {
    for (const each of waiting) if (each.type === 'call' && each.path === path) stopped.add(`${path}|${each.attempt}`);
  };
  const driver = {
    closed: false,
    faults,
    phase: () => memory.phase,
    outside: () => outside,
    feed(event: RunEvent): void {
      const { commands } = advance(plan, memory, [event], nowMs);
      waiting = [...waiting, ...commands];
      for (const each of commands) if (each.type === 'stopAttempt') noteStop(each.path);
      const { commands: left, events } = withdrawStopped(waiting);
      const closed = driver.closed || memory.held !== undefined;
      const { now, later } = closed ? throughClosedGate(left) : { now: left, later: [] };
      waiting = later;
      for (const next of [...now.flatMap(perform), ...events]) driver.feed(next);
    },
    /** X8: nothing of the process is left but what the checkpoint holds. */
    resume(): void {
      if (outside.length > 0) return;
      [memory, waiting] = JSON.parse(JSON.stringify([memory, waiting])) as [RunMemory, Command[]];
    },
    answer(at: number): void {
      const command = outside[at % Math.max(outside.length, 1)];
      outside = outside.filter((each) => each !== command);
      if (command?.type === 'call')
        driver.feed({ type: 'callDone', path: command.path, attempt: command.attempt, output: inline({ id: 1 }) });
      else if (command?.type === 'startChild') {
        const { path, childRunId } = command;
        driver.feed(
          command.detach ? { type: 'childStarted', path, childRunId } : { type: 'childEnded', path, childRunId, state: 'DONE' },
        );
      } else if (command?.type === 'evaluate' || command?.type === 'offload' || command?.type === 'readItems')
        driver.feed(claims.answer(command));
    },
    wait(): void {
      const at = nextDeadline(memory)?.at;
      if (at === undefined || at >= memory.deadline) return driver.feed({ type: 'deliver', name: 'e', key: 'k', data: nowMs });
      nowMs = Math.max(nowMs, at);
      driver.feed({ type: 'time' });
    },
  };
  driver.feed({ type: 'begin' });
  return driver;
};

const happen = (driver: ReturnType<typeof createDriver>, dice: number): void => {
  if (dice % 16 < 7) driver.answer(dice >> 4);
  else if (dice % 16 < 10) driver.wait();
  else if (dice % 16 === 10) driver.feed({ type: dice % 32 === 10 ? 'hold' : 'release' });
  else if (dice % 16 === 11 && dice % 64 === 11) driver.feed({ type: 'cancel' });
  else if (dice % 16 < 14) {
    driver.closed = dice % 16 === 12;
    driver.feed({ type: 'time' });
  } else driver.resume();
};

test('whatever is held back, the run ends; what was stopped meanwhile never goes out; nothing is left outside', () => {
  fc.assert(
    fc.property(nestedPlans, fc.array(fc.nat(100_000), { minLength: 10, maxLength: 60 }), (plan, stream) => {
      const driver = createDriver(plan);
      for (const dice of stream) happen(driver, dice);
      driver.closed = false;
      driver.feed({ type: 'release' });
      for (let steps = 0; steps < 3_000 && driver.phase() !== 'ended'; steps += 1)
        if (driver.outside().length > 0) driver.answer(0);
        else driver.wait();
      expect(driver.phase()).toBe('ended');
      expect(driver.faults).toEqual([]);
      expect(driver.outside().filter(({ type }) => type === 'call' || type === 'startChild')).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
