import { Context } from '@temporalio/activity';
import type { ActivityRuntime } from './runtime';

/** The runtime of the activity that calls this. */
export const temporalRuntime = (): ActivityRuntime => {
  const context = Context.current();
  return {
    signal: context.cancellationSignal,
    heartbeat: () => context.heartbeat(),
    scheduledAtMs: context.info.scheduledTimestampMs,
  };
};
