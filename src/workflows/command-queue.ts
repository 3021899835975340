import { sleep } from '@temporalio/workflow';
import type { Command, RunEvent } from '../flow';
import type { Report } from './engine-work';
import { createTaskBudget } from './task-budget';
import { throughClosedGate, withdrawStopped } from './withheld';

/**
 * Commands of the interpreter on their way out, in order. X5: at most 1 MiB of params a workflow task, then a timer closes the
 * task; X7: a yield does the same. Both end with a `time` event.
 */
export const createCommandQueue = (report: Report) => {
  const budget = createTaskBudget();
  let waiting: readonly Command[] = [];
  let paused = false;
  let fresh = false;

  const pause = (): void => {
    if (paused) return;
    paused = true;
    void sleep(1).then(() => {
      paused = false;
      report({ type: 'time' });
    });
  };

  const performAll = (commands: readonly Command[], perform: (command: Command) => void): void => {
    for (const [index, command] of commands.entries()) {
      if (command.type === 'yield') pause();
      else if (budget.exceededBy(command)) {
        waiting = [...commands.slice(index), ...waiting];
        return pause();
      } else perform(command);
    }
  };

  return {
    add(commands: readonly Command[]): void {
      if (commands.length === 0) return;
      waiting = [...waiting, ...commands];
      fresh = true;
    },
    /** Performs what the gate lets through. Answers the events of those that were stopped before they went out. */
    perform(gate: 'open' | 'closed', perform: (command: Command) => void): readonly RunEvent[] {
      fresh = false;
      const { commands, events } = withdrawStopped(waiting);
      const { now, later } = gate === 'open' && !paused ? { now: commands, later: [] } : throughClosedGate(commands);
      waiting = later;
      performAll(now, perform);
      return events;
    },
    /** Counts what local work brought into this workflow task; commands above its limits wait for the next one. */
    charge: budget.charge,
    /** Commands have come since the last look. */
    fresh: () => fresh,
    paused: () => paused,
    /** All that has not gone out: it travels in the checkpoint (X8). */
    waiting: () => waiting,
  };
};
