/** What was opened, closed in reverse order; one part that fails to close does not keep the others open. */
import type { Logger } from '../../logger';

export interface Shutdown {
  /** Registers how to close what was just opened; once closing has begun, closes it at once. */
  add(name: string, close: () => Promise<void> | void): void;
  /** Closes everything, the newest first. Repeating it waits for the same close. Never rejects. */
  close(): Promise<void>;
}

export function createShutdown(logger: Logger): Shutdown {
  const parts: { readonly name: string; readonly close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      try {
        logger.debug('closing', { part: part.name });
        await part.close();
      } catch (error) {
        logger.warn('a part did not close cleanly', { part: part.name, error });
      }
    }
  };
  return {
    add: (name, close) => {
      parts.push({ name, close });
      if (closing !== undefined) closing = closing.then(closeAll);
    },
    close: async () => {
      closing ??= closeAll();
      // A start that was under way may still have added something.
      for (let seen; seen !== closing;) {
        seen = closing;
        await seen;
      }
    },
  };
}
