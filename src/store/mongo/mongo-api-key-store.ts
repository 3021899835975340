import type { ApiKey, ApiKeyStore } from '../ports';
import type { Database } from './database';
import type { ApiKeyRow } from './rows';
import { optional } from './text';

export const createMongoApiKeyStore = ({ models, run, insertOnce }: Database): ApiKeyStore => {
  const { apiKeys } = models;
  const get = async (id: string): Promise<ApiKey | undefined> => {
    const row = await run(() => apiKeys.findOne({ _id: id }).lean());
    return row === null ? undefined : keyOf(row);
  };
  return {
    async insert({ id, scopes, ...key }) {
      await insertOnce(apiKeys, { _id: id, ...key, scopes: [...scopes] });
    },
    get,
    async list(workspace, accountId, page) {
      const filter = { workspace, accountId };
      const total = await run(() => apiKeys.countDocuments(filter));
      const sorted = apiKeys.find(filter).sort({ createdAt: -1, _id: -1 });
      const rows = await run(() => sorted.skip(page.offset).limit(page.limit).lean());
      return { items: rows.map(keyOf), total };
    },
    async touch(id, at) {
      await run(() => apiKeys.updateOne({ _id: id }, { $set: { lastUsedAt: at } }));
    },
    async delete(workspace, id) {
      if ((await get(id))?.workspace !== workspace) return false;
      return (await run(() => apiKeys.deleteOne({ _id: id }))).deletedCount > 0;
    },
    deleteAllOf: async (accountId) => (await run(() => apiKeys.deleteMany({ accountId }))).deletedCount,
  };
};

const keyOf = ({ _id, parentId, expiresAt, lastUsedAt, ...row }: ApiKeyRow): ApiKey => ({
  id: _id,
  ...row,
  ...optional('parentId', parentId),
  ...optional('expiresAt', expiresAt),
  ...optional('lastUsedAt', lastUsedAt),
});
