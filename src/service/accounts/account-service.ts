import { RepriseError } from '../../flow';
import type { Principal, Role } from '../../flow';
import type { Account, AccountChange, Stores } from '../../store/ports';
import type { AuditTrail } from '../audit/trail';
import { assertStrongPassword } from '../auth/password-rules';
import type { LoginThrottle } from '../auth/login-throttle';
import type { PasswordHasher } from '../auth/passwords';
import type { AccountService } from '../contract';
import { accountNotFound } from '../refusals';
import { createDemote, isDemotion } from './last-admin';
import { emailTaken, makeAccount } from './make-account';
import { createOwnerRule } from './owner-rule';

export interface AccountServiceDeps {
  readonly stores: Pick<Stores, 'accounts' | 'sessions' | 'apiKeys' | 'secrets'>;
  readonly passwords: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly audit: AuditTrail;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The accounts of a workspace (contract: AccountService). */
export function createAccountService({ stores, passwords, throttle, audit, now }: AccountServiceDeps): AccountService {
  const { accounts, sessions, apiKeys, secrets } = stores;
  const findOwn = createOwnerRule(accounts);
  const demote = createDemote(accounts);

  const record = (principal: Principal, action: string, id: string, details?: Parameters<AuditTrail['record']>[3]) =>
    audit.record(principal, action, { type: 'account', id }, details);

  const write = async (account: Account, change: AccountChange): Promise<Account> => {
    const update = isDemotion(account, change) ? demote : accounts.update;
    const updated = await update(account.workspace, account.id, { ...change, updatedAt: new Date(now()) });
    if (updated === 'email_taken') throw emailTaken();
    if (updated === undefined) throw accountNotFound(account.id);
    return updated;
  };

  return {
    list: (principal, filter, page) => accounts.list(principal.workspace, filter, page),
    get: findOwn,

    async create(principal, input) {
      const account = await makeAccount({ accounts, passwords, now }, { workspace: principal.workspace, ...input });
      await record(principal, 'account.create', account.id, { email: account.email, role: account.role });
      return account;
    },

    async update(principal, id, change) {
      const account = await findOwn(principal, id);
      assertMayGrant(principal, account, change);
      const updated = await write(account, change);
      await record(principal, 'account.update', id, {
        members: Object.keys(change).toSorted(),
        ...(change.role !== undefined && { role: change.role }),
      });
      return updated;
    },

    async changePassword(principal, id, { password, currentPassword }) {
      const account = await findOwn(principal, id);
      if (account.id === principal.accountId) await assertCurrent(principal, account, currentPassword);
      assertStrongPassword(password);
      const passwordHash = await passwords.hash(password);
      await write(account, { passwordHash, tokenVersion: account.tokenVersion + 1 });
      // The new version has ended them already; this also ends one that two changes at the same time would leave.
      await sessions.deleteAllOf(id);
      await record(principal, 'account.password', id);
    },

    async remove(principal, id) {
      const account = await findOwn(principal, id);
      if (account.role === 'admin') await write(account, { role: 'viewer' });
      // The account last: what could not be removed is removed when the request is repeated.
      await apiKeys.deleteAllOf(id);
      await sessions.deleteAllOf(id);
      await secrets.deleteAllOf(account.workspace, id);
      await accounts.delete(account.workspace, id);
      await record(principal, 'account.delete', id, { email: account.email });
    },
  };

  /** Guesses with a stolen session count like guesses at the log-in. */
  async function assertCurrent(principal: Principal, account: Account, given: string | undefined): Promise<void> {
    await throttle.take({ username: account.email, address: principal.request?.address ?? 'unknown' });
    if (given === undefined || !(await passwords.verify(account.passwordHash, given)))
      throw new RepriseError('forbidden', 'The current password is missing or wrong: send it as "current_password".', {
        details: { field: 'current_password', reason: 'is missing or wrong' },
      });
  }
}

/** Who may not administer accounts may send the role and the groups that the account has, but no others. */
function assertMayGrant(
  principal: Principal,
  account: Account,
  { role, groups }: { readonly role?: Role; readonly groups?: readonly string[] },
): void {
  if (principal.scopes.includes('accounts:admin')) return;
  const isSame = (role ?? account.role) === account.role && sameMembers(groups ?? account.groups, account.groups);
  if (!isSame) throw new RepriseError('forbidden', 'Only admins change roles and groups: ask one.');
}

const sameMembers = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name) => other.includes(name));
