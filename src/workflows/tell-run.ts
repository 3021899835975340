import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { SIGNALS } from './contract';

/** What a run tells another one. One that has ended takes nothing any more, which is no fault. */
export const tellRun = async (runId: string, signal: 'cancel' | 'hold' | 'release' | 'slotFree', from: string): Promise<void> => {
  const run = getExternalWorkflowHandle(runId);
  const told = run.signal(SIGNALS[signal], { by: `run:${from}` }).catch(() => undefined);
  if (signal === 'cancel') await run.cancel().catch(() => undefined);
  await told;
};
