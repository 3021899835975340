import { ActivityCancellationType, proxyLocalActivities } from '@temporalio/workflow';
import type { MeasuredActivities } from '../activities/contract';
import { LIMITS, summaryOf } from '../flow';

const LOCAL_OPTIONS = {
  startToCloseTimeout: LIMITS.localAttemptMs,
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** X3: one short try. Summaries name the node run: what the Temporal UI shows of an activity. */
export const localFor = (path: string) =>
  proxyLocalActivities<MeasuredActivities>({ ...LOCAL_OPTIONS, summary: path === '' ? 'the run' : summaryOf(path) });
