import { RepriseError } from '../../flow';
import type { Principal, Scope } from '../../flow';
import type { ApiKey, Stores } from '../../store/ports';
import { createOwnerRule } from '../accounts/owner-rule';
import type { AuditTrail } from '../audit/trail';
import { mintApiKey } from '../auth/api-key-text';
import type { ApiKeyService } from '../contract';
import { newApiKeyId } from '../ids';
import { invalid } from '../refusals';

const MOST_KEYS = 100;

export interface ApiKeyServiceDeps {
  readonly stores: Pick<Stores, 'accounts' | 'apiKeys'>;
  readonly audit: AuditTrail;
  /** Epoch ms. */
  readonly now: () => number;
}

/** API keys of accounts (contract: ApiKeyService). */
export function createApiKeyService({ stores, audit, now }: ApiKeyServiceDeps): ApiKeyService {
  const { accounts, apiKeys } = stores;
  const assertOwner = createOwnerRule(accounts);
  const allOf = async ({ workspace, accountId }: Pick<ApiKey, 'workspace' | 'accountId'>): Promise<readonly ApiKey[]> =>
    (await apiKeys.list(workspace, accountId, { limit: MOST_KEYS * 2, offset: 0 })).items;

  /** A key that makes a key lends it its own end. */
  const endOf = ({ credential }: Principal, asked: Date | undefined): Pick<ApiKey, 'expiresAt' | 'parentId'> => {
    const parent = credential.kind === 'api_key' ? credential : undefined;
    const ends = [asked, parent?.expiresAt].flatMap((end) => end?.getTime() ?? []);
    return {
      ...(ends.length > 0 && { expiresAt: new Date(Math.min(...ends)) }),
      ...(parent !== undefined && { parentId: parent.id }),
    };
  };

  return {
    async create(principal, { name, scopes, expiresAt }) {
      const { accountId, workspace } = principal;
      assertScopes(principal, scopes);
      if (expiresAt !== undefined && expiresAt.getTime() <= now())
        throw invalid('The API key', [{ code: 'expired', path: 'expires_at', message: 'must be in the future' }]);
      if ((await allOf(principal)).length >= MOST_KEYS)
        throw new RepriseError('conflict', `The account has ${MOST_KEYS} API keys: revoke one first.`);
      const id = newApiKeyId();
      const { text, hash } = mintApiKey(accountId, id);
      const apiKey: ApiKey = {
        id,
        workspace,
        accountId,
        name,
        hash,
        scopes: [...new Set(scopes)],
        createdAt: new Date(now()),
        ...endOf(principal, expiresAt),
      };
      await apiKeys.insert(apiKey);
      await audit.record(principal, 'api_key.create', { type: 'api_key', id }, { name, scopes: [...apiKey.scopes] });
      return { apiKey, key: text };
    },

    async list(principal, { accountId = principal.accountId }, page) {
      await assertOwner(principal, accountId);
      return apiKeys.list(principal.workspace, accountId, page);
    },

    async remove(principal, id) {
      const key = await apiKeys.get(id);
      if (key === undefined || key.workspace !== principal.workspace)
        throw new RepriseError('not_found', `There is no API key ${id}; list the keys to see their ids`);
      await assertOwner(principal, key.accountId);
      await apiKeys.delete(key.workspace, id);
      const made = madeBy(id, await allOf(key));
      for (const one of made) await apiKeys.delete(key.workspace, one);
      await audit.record(principal, 'api_key.revoke', { type: 'api_key', id }, { name: key.name, with: [...made] });
    },
  };
}

/** Throws forbidden: a key is never wider than who makes it. */
function assertScopes({ scopes: own }: Principal, scopes: readonly Scope[]): void {
  const more = scopes.filter((scope) => !own.includes(scope));
  if (more.length === 0) return;
  throw new RepriseError('forbidden', `An API key cannot have scopes that you do not have: leave out ${more.join(', ')}.`, {
    details: { field: 'scopes', reason: `you do not have ${more.join(', ')}` },
  });
}

/** The keys that a key made, and those that they made. */
const madeBy = (id: string, keys: readonly ApiKey[]): readonly string[] =>
  keys.filter(({ parentId }) => parentId === id).flatMap((key) => [key.id, ...madeBy(key.id, keys)]);
