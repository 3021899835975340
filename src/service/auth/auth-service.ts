import { RepriseError } from '../../flow';
import type { Principal, RequestOrigin } from '../../flow';
import type { Logger } from '../../logger';
import type { Account, Stores } from '../../store/ports';
import type { AuditTrail } from '../audit/trail';
import type { AuthService, SignedIn } from '../contract';
import { createAuthenticate, isSessionOf } from './authenticate';
import { createFailureNotes } from './failure-notes';
import type { LoginThrottle } from './login-throttle';
import type { PasswordHasher } from './passwords';
import type { Sessions } from './sessions';
import { notAuthorized } from './tokens';

export interface AuthServiceDeps {
  readonly stores: Pick<Stores, 'accounts' | 'sessions' | 'apiKeys'>;
  readonly sessions: Sessions;
  readonly passwords: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly audit: AuditTrail;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Log-in, sessions and authentication (contract: AuthService). */
export function createAuthService(deps: AuthServiceDeps): AuthService {
  const { stores, sessions, passwords, throttle, audit, now } = deps;
  const { authenticate, recheck } = createAuthenticate({ ...deps, tokens: sessions.tokens });
  const noteFailure = createFailureNotes(audit, now);

  const exchange = async (refreshToken: string, request: RequestOrigin): Promise<SignedIn> => {
    const session = await sessions.findByRefreshToken(refreshToken);
    const account = await stores.accounts.get(session.accountId);
    if (account === undefined || !isSessionOf(session, account, now())) throw notAuthorized();
    const answer = await sessions.rotate(session, refreshToken);
    if (answer !== 'reused') return answer;
    await audit.recordOf(account, request, 'session.refresh_reused', { type: 'session', id: session.id });
    throw notAuthorized();
  };

  return {
    login: async ({ username, password, refresh = false, lifeMs, request }) => {
      await throttle.take({ username, address: request.address });
      const account = await stores.accounts.findByEmail(username.trim());
      const isRight = await passwords.verify(account?.passwordHash, password);
      if (account === undefined || !isRight) {
        if (account !== undefined) noteFailure(account, request);
        throw new RepriseError('unauthorized', 'The user name or the password is wrong.');
      }
      const [answer] = await Promise.all([
        sessions.open(account, { refresh, ...(lifeMs !== undefined && { lifeMs }) }),
        throttle.succeeded(username),
      ]);
      await audit.recordOf(account, request, 'session.create', targetOf(account));
      return answer;
    },

    refresh: async ({ bearer, refreshToken, request }) => {
      if (refreshToken !== undefined) return exchange(refreshToken, request);
      if (bearer === undefined) throw notAuthorized();
      const principal = await authenticate(bearer, request);
      const session = await stores.sessions.get(sessionOf(principal));
      if (session === undefined) throw notAuthorized();
      return sessions.extend(session);
    },

    logout: async (principal) => {
      await stores.sessions.delete(sessionOf(principal));
      await audit.record(principal, 'session.end', { type: 'account', id: principal.accountId });
    },

    authenticate,
    recheck,
  };
}

const targetOf = ({ id }: Account) => ({ type: 'account', id });

function sessionOf({ credential }: Principal): string {
  if (credential.kind === 'session') return credential.id;
  throw new RepriseError('forbidden', 'An API key has no session: log in.');
}
