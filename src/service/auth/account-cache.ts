import type { Account } from '../../store/ports';

/**
 * Accounts by id for `ttlMs`: a request costs no read of its own, and a revoked token or changed role takes effect within
 * that time. Concurrent misses share one read; failed reads and missing accounts are not kept.
 */
export function createAccountCache(load: (id: string) => Promise<Account | undefined>, ttlMs: number, now: () => number) {
  const entries = new Map<string, { readonly account: Promise<Account | undefined>; readonly until: number }>();
  const MAX_ENTRIES = 10_000;

  return async (id: string): Promise<Account | undefined> => {
    const held = entries.get(id);
    if (held !== undefined && held.until > now()) return held.account;
    if (entries.size >= MAX_ENTRIES) entries.clear();
    const entry = { account: load(id), until: now() + ttlMs };
    entries.set(id, entry);
    const forget = (): void => {
      if (entries.get(id) === entry) entries.delete(id);
    };
    try {
      const account = await entry.account;
      if (account === undefined) forget();
      return account;
    } catch (error) {
      forget();
      throw error;
    }
  };
}
