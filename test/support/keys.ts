import type { Scope } from '../../src/flow';
import { mintApiKey } from '../../src/service/auth/api-key-text';
import type { ApiKey, Stores } from '../../src/store/ports';

let count = 0;

/** Puts an API key into the store past the rules of its making, and answers its text. */
export async function storeApiKey(
  stores: Pick<Stores, 'apiKeys'>,
  owner: { readonly id: string; readonly workspace: string },
  scopes: readonly Scope[],
  members: Partial<ApiKey> = {},
): Promise<string> {
  count += 1;
  const id = `key_${count}`;
  const { text, hash } = mintApiKey(owner.id, id);
  const createdAt = new Date(Date.UTC(2026, 0, 1));
  await stores.apiKeys.insert({
    id,
    workspace: owner.workspace,
    accountId: owner.id,
    name: 'test',
    hash,
    scopes,
    createdAt,
    ...members,
  });
  return text;
}
