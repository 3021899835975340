/** Keeps a worker running: one that ends by a fault is made anew, so that an outage needs no restart of the process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import type { Logger } from '../../logger';

const PAUSE_MS = 2_000;

export interface RunningWorker {
  /** Lets running attempts end within the worker's grace, then answers. */
  stop(): Promise<void>;
}

/** Throws when the first worker cannot be made. */
export async function runWorker(make: () => Promise<Worker>, logger: Logger): Promise<RunningWorker> {
  let worker: Worker | undefined = await make();
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      try {
        worker ??= await make();
        await worker.run();
      } catch (error) {
        logger.error('the worker ended by a fault; starting it again', { pauseMs: PAUSE_MS, error });
      }
      worker = undefined;
      await sleep(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      // A worker that is stopping already refuses to be told so again.
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await work;
    },
  };
}
