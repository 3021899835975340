import type { Account, AccountStore } from '../../src/store/ports';

export interface FakeAccountStore extends AccountStore {
  readonly rows: Map<string, Account>;
}

/** Accounts in memory, as the port describes them. */
export function createFakeAccountStore(): FakeAccountStore {
  const rows = new Map<string, Account>();
  const byEmail = (email: string): Account | undefined =>
    [...rows.values()].find((row) => row.email.toLowerCase() === email.toLowerCase());
  return {
    rows,
    insert: async (account) => {
      if (rows.has(account.id) || byEmail(account.email) !== undefined) return false;
      rows.set(account.id, account);
      return true;
    },
    get: async (id) => rows.get(id),
    findByEmail: async (email) => byEmail(email),
    count: async () => rows.size,
  };
}
