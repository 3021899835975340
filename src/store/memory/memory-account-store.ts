import type { Account, AccountStore } from '../ports';
import { newestFirst, pageOf } from './newest-first';

export const createMemoryAccountStore = (): AccountStore => {
  const accounts = new Map<string, Account>();
  const holderOf = (email: string): Account | undefined =>
    [...accounts.values()].find((account) => account.email.toLowerCase() === email.toLowerCase());
  const find = (workspace: string, id: string): Account | undefined => {
    const account = accounts.get(id);
    return account?.workspace === workspace ? account : undefined;
  };
  return {
    async insert(account) {
      if (accounts.has(account.id) || holderOf(account.email) !== undefined) return false;
      accounts.set(account.id, structuredClone(account));
      return true;
    },
    get: async (id) => structuredClone(accounts.get(id)),
    findByEmail: async (email) => structuredClone(holderOf(email)),
    async list(workspace, { role }, page) {
      const found = newestFirst(accounts.values()).filter((account) => account.workspace === workspace);
      return pageOf(
        found.filter((account) => role === undefined || account.role === role),
        page,
      );
    },
    async update(workspace, id, change) {
      const account = find(workspace, id);
      if (account === undefined) return undefined;
      const holder = change.email === undefined ? undefined : holderOf(change.email);
      if (holder !== undefined && holder.id !== id) return 'email_taken';
      const updated: Account = { ...account, ...structuredClone(change) };
      accounts.set(id, updated);
      return structuredClone(updated);
    },
    delete: async (workspace, id) => find(workspace, id) !== undefined && accounts.delete(id),
    count: async () => accounts.size,
    countAdmins: async (workspace) =>
      [...accounts.values()].filter((account) => account.workspace === workspace && account.role === 'admin').length,
  };
};
