import { CallFault } from './failure';
import type { ActivityRuntime } from './runtime';

const HEARTBEAT_MS = 1_000;

/**
 * Runs one attempt: heartbeats once a second (cancellation comes with their answers), ends at `timeoutMs` with the fault
 * `timeout`. `work` stops when its signal aborts; what does not look at it is awaited on cancel (it may have happened, X9) but
 * not after the time limit.
 */
export const runAttempt = async <T>(
  runtime: ActivityRuntime,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  runtime.signal.throwIfAborted();
  const control = new AbortController();
  const cancel = (): void => control.abort(runtime.signal.reason);
  runtime.signal.addEventListener('abort', cancel, { once: true });
  const beat = setInterval(() => runtime.heartbeat(), HEARTBEAT_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const fault = new CallFault({
        code: 'timeout',
        message: `The attempt did not end within ${timeoutMs} ms`,
        retryable: true,
      });
      control.abort(fault);
      reject(fault);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(control.signal), late]);
  } finally {
    clearTimeout(timer);
    clearInterval(beat);
    runtime.signal.removeEventListener('abort', cancel);
  }
};

/** As runAttempt without a limit of its own: Temporal's start-to-close limit ends engine work. */
export const withHeartbeat = async <T>(runtime: ActivityRuntime, work: () => Promise<T>): Promise<T> => {
  const beat = setInterval(() => runtime.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
};
