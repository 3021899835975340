import { RepriseError } from '../../flow';
import type { Role } from '../../flow';
import type { Account, AccountStore } from '../../store/ports';

const lastAdmin = (): RepriseError =>
  new RepriseError('conflict', 'This is the last admin of the workspace: make another account admin first.');

/**
 * A workspace is never without an admin. There is no lock that holds on every server (M1, M2), so an admin first gives up the role
 * and then looks: of several who do so at the same time, those who see nobody left take it back. Throws conflict.
 */
export const createLastAdminRule =
  (accounts: Pick<AccountStore, 'countAdmins' | 'update'>) =>
  async ({ id, workspace }: Account, role: Exclude<Role, 'admin'>): Promise<void> => {
    if ((await accounts.countAdmins(workspace)) <= 1) throw lastAdmin();
    await accounts.update(workspace, id, { role });
    if ((await accounts.countAdmins(workspace)) > 0) return;
    await accounts.update(workspace, id, { role: 'admin' });
    throw lastAdmin();
  };
