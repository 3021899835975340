import { isRepriseError } from '../flow';
import type { Account } from '../store/ports';
import { makeWorkspace } from './make-workspace';
import type { WorkspaceDeps } from './make-workspace';

/**
 * Gives an empty store its first workspace and admin. With any account present it changes nothing, so every start may
 * call it; of two processes that start at once with the same e-mail, one creates and the other finds.
 */
export async function bootstrapAdmin(
  deps: WorkspaceDeps,
  admin: { readonly email: string; readonly password: string },
): Promise<{ readonly created: boolean; readonly account?: Account }> {
  const { accounts } = deps.stores;
  const existing = async () => {
    const account = await accounts.findByEmail(admin.email);
    return { created: false, ...(account !== undefined && { account }) };
  };
  if ((await accounts.count()) > 0) return existing();
  try {
    const made = await makeWorkspace(deps, { name: 'Default', admin: { name: 'Administrator', ...admin } });
    return { created: true, account: made.admin };
  } catch (error) {
    if (isRepriseError(error) && error.code === 'conflict') return existing();
    throw error;
  }
}
