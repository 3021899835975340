import type { Account, Session, SessionStore } from '../../store/ports';
import type { SignedIn } from '../contract';
import { newSessionId } from '../ids';
import { createRefreshTokens } from './refresh-tokens';
import { createAccessTokens, notAuthorized } from './tokens';
import type { AccessTokens } from './tokens';

/** A session ends then, whatever was refreshed meanwhile. */
const SESSION_MS = 12 * 3_600_000;

export interface SessionsDeps {
  readonly sessions: SessionStore;
  readonly jwtSecret: string;
  readonly accessTokenMs?: number;
  /** Epoch ms. */
  readonly now: () => number;
}
export interface Sessions {
  readonly tokens: AccessTokens;
  /** A session of its own for one log-in. */
  open(account: Account, options?: { readonly refresh?: boolean; readonly lifeMs?: number }): Promise<SignedIn>;
  /** Another access token of a live session. */
  extend(session: Session): SignedIn;
  /** Whose refresh token this is. Throws unauthorized. */
  findByRefreshToken(text: string): Promise<Session>;
  /** Spends the token. `reused`: it was spent before, so it may be stolen, and the session with all its tokens has ended. */
  rotate(session: Session, text: string): Promise<SignedIn | 'reused'>;
}

export function createSessions({ sessions, jwtSecret, accessTokenMs, now }: SessionsDeps): Sessions {
  const tokens = createAccessTokens({ secret: jwtSecret, now, ...(accessTokenMs !== undefined && { ttlMs: accessTokenMs }) });
  const refreshTokens = createRefreshTokens(jwtSecret);

  const extend = ({ id, accountId, expiresAt }: Session, lifeMs?: number): SignedIn => ({
    ...tokens.issue({ accountId, sessionId: id, sessionEndsAt: expiresAt, ...(lifeMs !== undefined && { lifeMs }) }),
    accountId,
  });
  const withRefresh = (session: Session, number: number): SignedIn => ({
    ...extend(session),
    refreshToken: refreshTokens.issue({ sessionId: session.id, number }),
  });

  return {
    tokens,
    extend,
    open: async ({ id: accountId, workspace, tokenVersion }, { refresh = false, lifeMs } = {}) => {
      const createdAt = new Date(now());
      const expiresAt = new Date(now() + SESSION_MS);
      const session: Session = { id: newSessionId(), workspace, accountId, tokenVersion, createdAt, expiresAt };
      await sessions.insert(session);
      return refresh ? withRefresh(session, 1) : extend(session, lifeMs);
    },
    findByRefreshToken: async (text) => {
      const session = await sessions.get(refreshTokens.verify(text).sessionId);
      if (session === undefined || session.expiresAt.getTime() <= now()) throw notAuthorized();
      return session;
    },
    rotate: async (session, text) => {
      const { number } = refreshTokens.verify(text);
      if (await sessions.spend(session, number, new Date(now()))) return withRefresh(session, number + 1);
      await sessions.delete(session.id);
      return 'reused';
    },
  };
}
