import { ApplicationFailure } from '@temporalio/common';
import type { Activities, Measured, MeasuredActivities } from '../activities/contract';

/** The activities of a worker, each saying how long it worked: also when it fails, as the failure's second detail (W5). */
export const measuredActivities = (activities: Activities, now: () => number = Date.now): MeasuredActivities => {
  const measured =
    <I, T extends object>(work: (input: I) => Promise<T>) =>
    async (input: I): Promise<Measured<T>> => {
      const since = now();
      const tookMs = (): number => Math.max(0, Math.round(now() - since));
      try {
        return { ...(await work(input)), tookMs: tookMs() };
      } catch (error) {
        throw error instanceof ApplicationFailure ? withDetail(error, { tookMs: tookMs() }) : error;
      }
    };
  return {
    ...activities,
    evaluate: measured(activities.evaluate),
    offload: measured(activities.offload),
    readItems: measured(activities.readItems),
    openApproval: measured(activities.openApproval),
  };
};

const withDetail = ({ message, type, nonRetryable, details, cause }: ApplicationFailure, detail: object): ApplicationFailure =>
  ApplicationFailure.create({
    message,
    ...(typeof type === 'string' ? { type } : {}),
    nonRetryable: nonRetryable === true,
    details: [details?.[0] ?? null, detail],
    ...(cause === undefined ? {} : { cause }),
  });
