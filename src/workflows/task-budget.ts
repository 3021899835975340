import { workflowInfo } from '@temporalio/workflow';
import { LIMITS, type Command } from '../flow';

/** What one workflow task takes. A new task shows as a longer history. */
export const createTaskBudget = () => {
  let task = -1;
  let bytes = 0;
  let localMs = 0;
  const charge = (added: { readonly bytes: number; readonly localMs?: number }): void => {
    const { historyLength } = workflowInfo();
    if (historyLength !== task) {
      task = historyLength;
      bytes = 0;
      localMs = 0;
    }
    bytes += added.bytes;
    localMs += added.localMs ?? 0;
  };
  return {
    /** Counts what local work brought (X5), and how long it took: signals and updates wait for the whole task (X3). */
    charge,
    /** Counts a command; true when it must wait for the next task. */
    exceededBy(command: Command): boolean {
      const size = sizeOf(command);
      charge({ bytes: size });
      if ((bytes <= LIMITS.taskPayloadBytes || bytes === size) && localMs <= LIMITS.taskLocalMs) return false;
      bytes = size;
      localMs = 0;
      return true;
    },
  };
};
export type TaskBudget = ReturnType<typeof createTaskBudget>;

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
    case 'openApproval':
      return JSON.stringify(command.approval).length;
    case 'recordApproval':
      return JSON.stringify(command.change).length;
    case 'tellApprovers':
      return JSON.stringify(command.notice).length;
    case 'takeSlot':
    case 'leaveSlot':
      return JSON.stringify(command.request.input).length;
    case 'readItems':
    case 'signalChild':
    case 'stopAttempt':
    case 'yield':
      return 0;
  }
};
