import { Context } from '@temporalio/activity';
import type { ActivityRuntime } from './runtime';

/** The runtime of the activity that calls this. */
export const temporalRuntime = (): ActivityRuntime => {
  const context = Context.current();
  return {
    signal: context.cancellationSignal,
    // The server does not know local attempts: the SDK would warn about each of their heartbeats.
    heartbeat: () => (context.info.isLocal ? undefined : context.heartbeat()),
    scheduledAtMs: context.info.scheduledTimestampMs,
  };
};
