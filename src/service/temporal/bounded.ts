import type { ConnectionLike } from '@temporalio/client';
import { toUnavailable, unavailable } from './unavailable';

/**
 * Runs a call with an end of our own. Deadlines of the clients are not one: with the server gone, the native client tries for
 * 10 s whatever the deadline says, the other one a second longer than it (measured). The abandoned call is
 * aborted; the native client lets it end by its deadline.
 * @param onDeadline what to throw when time is up; `unavailable` by default
 */
export const createBounded =
  (connection: ConnectionLike) =>
  async <T>(timeoutMs: number, call: () => Promise<T>, onDeadline: () => Error = unavailable): Promise<T> => {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(onDeadline());
        abort.abort();
      }, timeoutMs);
    });
    const answer = connection
      .withAbortSignal(abort.signal, () => connection.withDeadline(Date.now() + timeoutMs, call))
      .catch((error: unknown) => {
        throw toUnavailable(error);
      });
    // The loser of the race fails unheard.
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, deadline]);
    } finally {
      clearTimeout(timer);
    }
  };
export type Bounded = ReturnType<typeof createBounded>;
