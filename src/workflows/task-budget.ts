import { workflowInfo } from '@temporalio/workflow';
import { LIMITS, type Command } from '../flow';

/** Bytes of params scheduled in the current workflow task (X5). A new task shows as a longer history. */
export const createTaskBudget = () => {
  let task = -1;
  let bytes = 0;
  return {
    /** Counts a command; true when it must wait for the next task. */
    exceededBy(command: Command): boolean {
      const { historyLength } = workflowInfo();
      if (historyLength !== task) {
        task = historyLength;
        bytes = 0;
      }
      const size = sizeOf(command);
      bytes += size;
      if (bytes <= LIMITS.taskPayloadBytes || bytes === size) return false;
      bytes = size;
      return true;
    },
  };
};

const sizeOf = (command: Command): number => {
  switch (command.type) {
    case 'call':
      return JSON.stringify(command.params).length;
    case 'evaluate':
      return JSON.stringify(command.scope).length;
    case 'offload':
      return JSON.stringify(command.value).length;
    case 'startChild':
      return JSON.stringify(command.input).length;
    case 'readItems':
    case 'signalChild':
    case 'stopAttempt':
    case 'yield':
      return 0;
  }
};
