import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { TemporalPort } from '../temporal-port';
import { createBounded } from './bounded';
import { createCloseReader } from './close-reader';
import { createConversation } from './conversation';
import { createHistories } from './histories';
import { createListing } from './listing';
import { createScheduleEngine } from './schedules';
import { startRun } from './start-run';

export { connectLazily } from './connect';
export { registerSearchAttributes } from './search-attributes';

export interface TemporalPortOptions {
  /** API and worker share a process and one NativeConnection: the first workflow task comes back with the start. */
  readonly eager: boolean;
  readonly taskQueue?: string;
  /** Limit of one call, ms. A caller learns of an outage within 5 s. */
  readonly rpcMs?: number;
}

const RPC_MS = 4_000;

/** Temporal through @temporalio/client, over either kind of connection. */
export const createTemporalPort = (client: Client, options: TemporalPortOptions): TemporalPort => {
  const rpcMs = options.rpcMs ?? RPC_MS;
  const bounded = createBounded(client.connection);
  return {
    ...createCloseReader(client, bounded, rpcMs),
    ...createListing(client, bounded, rpcMs),
    ...createConversation(client, bounded, rpcMs),
    histories: createHistories(client, bounded, rpcMs),
    schedules: createScheduleEngine(client, bounded, { rpcMs, taskQueue: options.taskQueue }),
    startRun: (request, conflict = 'join') => bounded(rpcMs, () => startRun(client, options, request, conflict)),
    async requestCancel(runId) {
      await bounded(rpcMs, () => client.workflow.getHandle(runId).cancel()).catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
    },
    ping: (timeoutMs) =>
      bounded(timeoutMs, () => client.workflowService.getSystemInfo({})).then(
        () => true,
        () => false,
      ),
  };
};
