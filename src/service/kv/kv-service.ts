import { isRepriseError, RepriseError, type Json } from '../../flow';
import type { KvStore } from '../../store/ports';
import { newOperationId } from '../ids';
import type { KvItem, KvService } from './contract';
import { placeOf, prefixOf, storedKey } from './kv-key';

const MOST_LISTED = 1_000;

/** Contract: KvService. */
export const createKvService = (kv: KvStore): KvService => ({
  async list({ workspace }, { scope, scopeKey } = {}) {
    const prefix = scope === undefined || scopeKey === undefined ? '' : prefixOf({ scope, scopeKey });
    const entries = await kv.list(workspace, prefix, MOST_LISTED);
    return entries.map(itemOf).filter((item) => scope === undefined || item.scope === scope);
  },
  async set({ workspace }, { scope, scopeKey, key, value, ttlMs }) {
    const stored = storedKey({ scope, ...(scopeKey === undefined ? {} : { scopeKey }) }, key);
    const options = { operationId: newOperationId(), ...(ttlMs === undefined ? {} : { ttlMs }) };
    await inWords(() => kv.set(workspace, stored, value, options));
    return itemOf({ key: stored, value });
  },
  async remove({ workspace }, id) {
    const stored = Buffer.from(id, 'base64url').toString('utf8');
    const isThere = stored !== '' && (await kv.delete(workspace, stored, { operationId: newOperationId() }).catch(noSuchKey));
    if (!isThere) throw new RepriseError('not_found', `There is no entry ${id}; list the entries to see their ids`);
  },
});

const itemOf = ({ key, value }: { readonly key: string; readonly value: Json }): KvItem => ({
  id: Buffer.from(key, 'utf8').toString('base64url'),
  ...placeOf(key),
  value,
});

const REFUSALS: Readonly<Record<string, string>> = {
  store_bad_key: 'invalid_request',
  store_value_too_large: 'payload_too_large',
};

/** The store's refusals in the words that every dialect knows. */
const inWords = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const code = isRepriseError(error) ? REFUSALS[error.code] : undefined;
    if (code === undefined || !isRepriseError(error)) throw error;
    throw new RepriseError(code, error.message, { cause: error });
  }
};

const noSuchKey = (error: unknown): false => {
  if (isRepriseError(error) && error.code === 'store_bad_key') return false;
  throw error;
};
