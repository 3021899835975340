import { SCOPES_OF } from '../../flow';
import type { Credential, Principal, RequestOrigin, Scope } from '../../flow';
import type { Logger } from '../../logger';
import type { Account, ApiKey, Session, Stores } from '../../store/ports';
import { isKeyOf, looksLikeApiKey, parseApiKey } from './api-key-text';
import { notAuthorized } from './tokens';
import type { AccessTokens } from './tokens';

/** When a key was last used is written at most this often, by each process. */
const TOUCH_EVERY_MS = 60_000;
const MOST_TOUCHED = 10_000;

export interface AuthenticateDeps {
  readonly stores: Pick<Stores, 'accounts' | 'sessions' | 'apiKeys'>;
  readonly tokens: AccessTokens;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * Who asks with a bearer. What a token or a key stands for is read each time, by `_id` and the two reads beside each other: what
 * was revoked, demoted or deleted a moment ago is so now.
 */
export function createAuthenticate({ stores, tokens, logger, now }: AuthenticateDeps) {
  const touch = createTouch(stores, logger, now);

  const ofSession = async (sessionId: string, accountId: string, expiresAt: Date): Promise<Principal> => {
    const [session, account] = await Promise.all([stores.sessions.get(sessionId), stores.accounts.get(accountId)]);
    if (session === undefined || account === undefined || !isSessionOf(session, account, now())) throw notAuthorized();
    return toPrincipal(account, SCOPES_OF[account.role], { kind: 'session', id: sessionId, expiresAt });
  };

  const ofKey = async (keyId: string, accountId: string, isRight: (key: ApiKey) => boolean): Promise<Principal> => {
    const [key, account] = await Promise.all([stores.apiKeys.get(keyId), stores.accounts.get(accountId)]);
    if (key === undefined || account === undefined || key.accountId !== account.id || !isRight(key)) throw notAuthorized();
    const { expiresAt } = key;
    if (expiresAt !== undefined && expiresAt.getTime() <= now()) throw notAuthorized();
    const scopes = SCOPES_OF[account.role].filter((scope) => key.scopes.includes(scope));
    return toPrincipal(account, scopes, { kind: 'api_key', id: keyId, ...(expiresAt !== undefined && { expiresAt }) });
  };

  return {
    /** Throws unauthorized. */
    async authenticate(bearer: string, request?: RequestOrigin): Promise<Principal> {
      const origin = request === undefined ? {} : { request };
      if (!looksLikeApiKey(bearer)) {
        const { sessionId, accountId, expiresAt } = tokens.verify(bearer);
        return { ...(await ofSession(sessionId, accountId, expiresAt)), ...origin };
      }
      const { accountId, keyId } = parseApiKey(bearer);
      const principal = await ofKey(keyId, accountId, (key) => isKeyOf(bearer, key.hash));
      touch(keyId);
      return { ...principal, ...origin };
    },

    /** The same caller as of now, for what lives longer than a request. Throws unauthorized when the credential has ended. */
    async recheck({ credential, accountId, request }: Principal): Promise<Principal> {
      const { kind, id, expiresAt } = credential;
      if (expiresAt !== undefined && expiresAt.getTime() <= now()) throw notAuthorized();
      const found =
        kind === 'api_key'
          ? await ofKey(id, accountId, () => true)
          : await ofSession(id, accountId, expiresAt ?? new Date(now()));
      return { ...found, credential, ...(request !== undefined && { request }) };
    },
  };
}

/** Whether the account's session is live: not over, and not from before its password changed. */
export const isSessionOf = (session: Session, account: Account, nowMs: number): boolean =>
  session.accountId === account.id && session.tokenVersion === account.tokenVersion && session.expiresAt.getTime() > nowMs;

const toPrincipal = (account: Account, scopes: readonly Scope[], credential: Credential): Principal => ({
  accountId: account.id,
  workspace: account.workspace,
  email: account.email,
  role: account.role,
  groups: account.groups,
  scopes,
  credential,
});

/** Nobody waits for it; a time that could not be written is written at the next use. */
function createTouch({ apiKeys }: Pick<Stores, 'apiKeys'>, logger: Logger, now: () => number): (keyId: string) => void {
  const touched = new Map<string, number>();
  return (keyId) => {
    const at = now();
    if (at - (touched.get(keyId) ?? 0) < TOUCH_EVERY_MS) return;
    if (touched.size >= MOST_TOUCHED) touched.clear();
    touched.set(keyId, at);
    apiKeys.touch(keyId, new Date(at)).catch((error: unknown) => {
      touched.delete(keyId);
      logger.warn('the last use of an API key could not be written', { keyId, error });
    });
  };
}
