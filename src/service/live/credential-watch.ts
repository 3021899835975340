import { isRepriseError, type Principal, type Scope } from '../../flow';
import type { AuthService } from '../contract';

/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** One look serves all followers with the same credential. */
const FRESH_PART = 0.5;
const NEEDED: Scope = 'flows:read';

/**
 * Ends what outlives its request: followers whose credential expired, was revoked or may no longer read. Expiry is exact; the
 * rest takes effect within `everyMs`. While nobody can be asked, what was true stays true until it expires.
 */
export const createCredentialWatch = (
  auth: Pick<AuthService, 'recheck'>,
  options: { readonly everyMs: number; readonly now: () => number },
) => {
  const { everyMs, now } = options;
  const looks = new Map<string, { readonly at: number; readonly good: Promise<boolean> }>();

  const look = async (principal: Principal): Promise<boolean> => {
    try {
      return (await auth.recheck(principal)).scopes.includes(NEEDED);
    } catch (error) {
      return !(isRepriseError(error) && error.code === 'unauthorized');
    }
  };
  const isGood = (principal: Principal): Promise<boolean> => {
    const key = `${principal.credential.id} ${principal.credential.expiresAt?.getTime() ?? ''}`;
    const known = looks.get(key);
    if (known !== undefined && performance.now() - known.at < everyMs * FRESH_PART) return known.good;
    const good = look(principal);
    looks.set(key, { at: performance.now(), good });
    return good;
  };

  return (principal: Principal, onEnd: () => void): (() => void) => {
    const { expiresAt } = principal.credential;
    const every = setInterval(() => void check(), everyMs).unref();
    const left = expiresAt === undefined ? LONGEST_TIMER_MS : Math.min(expiresAt.getTime() - now(), LONGEST_TIMER_MS);
    const expiry = setTimeout(() => void check(), Math.max(0, left)).unref();
    const stop = (): void => {
      clearInterval(every);
      clearTimeout(expiry);
      looks.delete(`${principal.credential.id} ${expiresAt?.getTime() ?? ''}`);
    };
    const check = async (): Promise<void> => {
      const isOver = expiresAt !== undefined && expiresAt.getTime() <= now();
      if (!isOver && (await isGood(principal))) return;
      stop();
      onEnd();
    };
    return stop;
  };
};
