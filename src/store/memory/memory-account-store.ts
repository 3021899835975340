import type { Account, AccountStore } from '../ports';

export const createMemoryAccountStore = (): AccountStore => {
  const accounts = new Map<string, Account>();
  const idByEmail = new Map<string, string>();
  const get = async (id: string): Promise<Account | undefined> => structuredClone(accounts.get(id));
  return {
    async insert(account) {
      const email = account.email.toLowerCase();
      if (accounts.has(account.id) || idByEmail.has(email)) return false;
      accounts.set(account.id, structuredClone(account));
      idByEmail.set(email, account.id);
      return true;
    },
    get,
    async findByEmail(email) {
      const id = idByEmail.get(email.toLowerCase());
      return id === undefined ? undefined : get(id);
    },
    count: async () => accounts.size,
  };
};
