import { RepriseError, SCOPES_OF } from '../../flow';
import type { AccountStore } from '../../store/ports';
import { createAccountCache } from './account-cache';
import { createLoginThrottle } from './login-throttle';
import type { LoginThrottle } from './login-throttle';
import { createPasswordHasher } from './passwords';
import type { PasswordHasher } from './passwords';
import type { AccessTokens } from './tokens';
import type { AuthService } from '../contract';

/** A revoked token, a deleted account and a changed role take effect within this. */
const ACCOUNT_CACHE_MS = 5_000;

export interface AuthServiceDeps {
  readonly accounts: AccountStore;
  readonly tokens: AccessTokens;
  readonly passwords?: PasswordHasher;
  readonly throttle?: LoginThrottle;
  readonly accountCacheMs?: number;
  /** Epoch ms. */
  readonly now?: () => number;
}

/** Log-in and authentication (contract: AuthService). */
export function createAuthService(deps: AuthServiceDeps): AuthService {
  const { accounts, tokens, now = Date.now, accountCacheMs = ACCOUNT_CACHE_MS } = deps;
  const passwords = deps.passwords ?? createPasswordHasher();
  const throttle = deps.throttle ?? createLoginThrottle({ now });
  const findAccount = createAccountCache(async (id) => accounts.get(id), accountCacheMs, now);

  return {
    login: async ({ username, password, address }) => {
      throttle.take({ username, address });
      const account = await accounts.findByEmail(username.trim());
      const isRight = await passwords.verify(account?.passwordHash, password);
      if (account === undefined || !isRight) throw new RepriseError('unauthorized', 'The user name or the password is wrong.');
      throttle.succeeded(username);
      const { token, expiresAt } = tokens.issue({ accountId: account.id, tokenVersion: account.tokenVersion });
      return { token, expiresAt, accountId: account.id };
    },

    authenticate: async (token, request) => {
      const { accountId, tokenVersion, id, expiresAt } = tokens.verify(token);
      const account = await findAccount(accountId);
      if (account === undefined || account.tokenVersion !== tokenVersion) {
        throw new RepriseError('unauthorized', 'The token is not valid or has expired: log in again.');
      }
      const { workspace, email, role } = account;
      return {
        accountId,
        workspace,
        email,
        role,
        groups: [],
        scopes: SCOPES_OF[role],
        credential: { kind: 'session', id, expiresAt },
        ...(request !== undefined && { request }),
      };
    },
  };
}
