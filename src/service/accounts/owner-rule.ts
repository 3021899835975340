import { RepriseError } from '../../flow';
import type { Principal } from '../../flow';
import type { Account, AccountStore } from '../../store/ports';
import { accountNotFound } from '../refusals';

/**
 * What belongs to an account (itself, its keys, its secrets) is for the account, and with `accounts:admin` for others of the
 * workspace too: 403 inside the workspace, 404 outside. Answers the account.
 */
export const createOwnerRule =
  (accounts: Pick<AccountStore, 'get'>) =>
  async (principal: Principal, accountId: string): Promise<Account> => {
    const account = await accounts.get(accountId);
    if (account === undefined || account.workspace !== principal.workspace) throw accountNotFound(accountId);
    if (account.id === principal.accountId || principal.scopes.includes('accounts:admin')) return account;
    throw new RepriseError('forbidden', 'This belongs to another account: only it and admins may ask for it.');
  };
