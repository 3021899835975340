import { RepriseError } from '../../flow';
import type { Role } from '../../flow';
import type { Account, AccountChange, AccountStore } from '../../store/ports';

type Demotion = AccountChange & { readonly role: Exclude<Role, 'admin'> };

export const isDemotion = (account: Account, change: AccountChange): change is Demotion =>
  account.role === 'admin' && change.role !== undefined && change.role !== 'admin';

const lastAdmin = (): RepriseError =>
  new RepriseError('conflict', 'This is the last admin of the workspace: make another account admin first.');

/**
 * A workspace is never without an admin. There is no lock that holds on every server (M1, M2), so an admin first gives up the role
 * and then looks: of several who do so at the same time, those who see nobody left take it back. Throws conflict.
 */
export const createDemote =
  (accounts: Pick<AccountStore, 'countAdmins' | 'update'>): AccountStore['update'] =>
  async (workspace, id, change) => {
    if ((await accounts.countAdmins(workspace)) <= 1) throw lastAdmin();
    const updated = await accounts.update(workspace, id, change);
    if (updated === undefined || updated === 'email_taken' || (await accounts.countAdmins(workspace)) > 0) return updated;
    await accounts.update(workspace, id, { role: 'admin' });
    throw lastAdmin();
  };
