import { RepriseError } from '../../flow';
import type { Role } from '../../flow';
import type { Account, AccountStore } from '../../store/ports';
import { assertStrongPassword } from '../auth/password-rules';
import type { PasswordHasher } from '../auth/passwords';
import { newAccountId } from '../ids';

export interface NewAccount {
  readonly workspace: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  readonly groups?: readonly string[];
}

export const emailTaken = (): RepriseError =>
  new RepriseError('conflict', 'The e-mail belongs to an account already: use another.', {
    details: { field: 'email', reason: 'is taken' },
  });

/** Throws validation_error for a weak password, conflict for an e-mail that any workspace has. */
export async function makeAccount(
  deps: { readonly accounts: AccountStore; readonly passwords: PasswordHasher; readonly now: () => number },
  { password, groups = [], ...members }: NewAccount,
): Promise<Account> {
  assertStrongPassword(password);
  const at = new Date(deps.now());
  const passwordHash = await deps.passwords.hash(password);
  const account: Account = {
    id: newAccountId(),
    ...members,
    groups,
    passwordHash,
    tokenVersion: 1,
    createdAt: at,
    updatedAt: at,
  };
  if (!(await deps.accounts.insert(account))) throw emailTaken();
  return account;
}
