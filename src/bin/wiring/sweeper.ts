import type { Logger } from '../../logger';
import type { Stores } from '../../store/ports';

const EVERY_MS = 10 * 60_000;

/** Removes what has expired, every ten minutes (no TTL indexes: the stand-in has none). Answers how to stop it. */
export function startSweeper(stores: Pick<Stores, 'sweepExpired'>, logger: Logger): () => void {
  const timer = setInterval(() => {
    stores.sweepExpired(new Date()).then(
      (removed) => logger.debug('expired entries removed', { removed }),
      (error: unknown) => logger.warn('expired entries could not be removed; the next sweep tries again', { error }),
    );
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
