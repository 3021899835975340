import { setTimeout as sleep } from 'node:timers/promises';
import { isRepriseError } from '../../flow';
import type { Logger } from '../../logger';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Tries until the dependency answers: the parts of an installation start in any order. Faults that waiting does not mend
 * are thrown at once.
 * @throws the abort reason when `signal` aborts
 */
export async function untilAvailable<T>(
  name: string,
  attempt: () => Promise<T>,
  options: { readonly logger: Logger; readonly signal: AbortSignal; readonly isPassing?: (error: unknown) => boolean },
): Promise<T> {
  const isPassing = options.isPassing ?? ((error) => isRepriseError(error) && error.code === 'unavailable');
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw error;
      options.logger.warn(`${name} does not answer; trying again`, { pauseMs, reason: String(error) });
      await sleep(pauseMs, undefined, { signal: options.signal });
    }
  }
}
