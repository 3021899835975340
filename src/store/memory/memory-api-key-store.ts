import type { ApiKey, ApiKeyStore } from '../ports';
import { newestFirst, pageOf } from './newest-first';

export const createMemoryApiKeyStore = (): ApiKeyStore => {
  const keys = new Map<string, ApiKey>();
  const of = (accountId: string): ApiKey[] => newestFirst(keys.values()).filter((key) => key.accountId === accountId);
  return {
    insert: async (key) => void keys.set(key.id, structuredClone(key)),
    get: async (id) => structuredClone(keys.get(id)),
    list: async (workspace, accountId, page) =>
      pageOf(
        of(accountId).filter((key) => key.workspace === workspace),
        page,
      ),
    async touch(id, at) {
      const key = keys.get(id);
      if (key !== undefined) keys.set(id, { ...key, lastUsedAt: at });
    },
    delete: async (workspace, id) => keys.get(id)?.workspace === workspace && keys.delete(id),
    async deleteAllOf(accountId) {
      const found = of(accountId);
      for (const { id } of found) keys.delete(id);
      return found.length;
    },
  };
};
