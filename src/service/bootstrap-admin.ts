import { ulid } from 'ulid';
import { RepriseError } from '../flow';
import type { Account, AccountStore } from '../store/ports';
import { createPasswordHasher } from './auth/passwords';
import type { PasswordHasher } from './auth/passwords';

export interface BootstrapDeps {
  readonly accounts: AccountStore;
  readonly passwords?: PasswordHasher;
  readonly now?: () => Date;
}
export interface FirstAdmin {
  readonly email: string;
  readonly password: string;
  readonly name?: string;
}

/**
 * Gives an empty store its first workspace and admin. With any account present it changes nothing, so every start may
 * call it; of two processes that start at once with the same e-mail, one creates and the other finds.
 */
export async function bootstrapAdmin(
  deps: BootstrapDeps,
  admin: FirstAdmin,
): Promise<{ readonly created: boolean; readonly account?: Account }> {
  const { accounts, passwords = createPasswordHasher(), now = () => new Date() } = deps;
  if ((await accounts.count()) > 0) return existing(await accounts.findByEmail(admin.email));
  const at = now();
  const account: Account = {
    id: `acct_${ulid()}`,
    workspace: `ws_${ulid()}`,
    name: admin.name ?? 'Administrator',
    email: admin.email,
    role: 'admin',
    passwordHash: await passwords.hash(admin.password),
    tokenVersion: 1,
    createdAt: at,
    updatedAt: at,
  };
  if (await accounts.insert(account)) return { created: true, account };
  const other = await accounts.findByEmail(admin.email);
  if (other === undefined) throw new RepriseError('conflict', 'The first account could not be created: start again.');
  return existing(other);
}

const existing = (account: Account | undefined) => ({ created: false, ...(account !== undefined && { account }) });
