import type { IncomingHttpHeaders } from 'node:http';
import type { Middleware, Next } from 'koa';
import { RepriseError } from '../flow';
import type { Principal, RequestOrigin } from '../flow';
import type { AuthService } from '../service/contract';
import type { AppContext, AppState } from './app-context';
import { bearerIn } from './bearer';
import { toDialect } from './dialect';
import type { SessionCookie } from './session-cookie';

/**
 * Everything mounted behind this needs a valid bearer, matched or not; on plays routes a session cookie is one. It has no
 * exceptions: public routes are mounted before it by exact path.
 */
export function authGate(auth: AuthService, cookie: Pick<SessionCookie, 'read'>): Middleware<AppState> {
  return async (ctx: AppContext, next: Next): Promise<void> => {
    const request = { id: ctx.state.requestId, address: ctx.ip };
    ctx.state.principal = await callerOf(auth, credentialIn(ctx.path, ctx.headers, cookie), request);
    await next();
  };
}

/** The Authorization header, or what stands for it. A header wins: who sends one means it. */
export function credentialIn(
  path: string,
  headers: Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>,
  cookie: Pick<SessionCookie, 'read'>,
): string {
  if (headers.authorization !== undefined || toDialect(path) !== 'plays') return headers.authorization ?? '';
  const token = cookie.read(headers.cookie);
  return token === undefined ? '' : `Bearer ${token}`;
}

/** Who asks with this Authorization header (empty: none was sent). Throws unauthorized. */
export async function callerOf(auth: AuthService, header: string, request: RequestOrigin): Promise<Principal> {
  if (header === '')
    throw new RepriseError(
      'unauthorized',
      'Authentication is required: send "Authorization: Bearer <token>" with a token from POST /api/v1/auth/login.',
    );
  const token = bearerIn(header);
  if (token === undefined) throw refusal();
  try {
    return await auth.authenticate(token, request);
  } catch (error) {
    throw isUnauthorized(error) ? refusal(error) : error;
  }
}

/** One text for every reason, so that a caller cannot learn which check refused. */
const refusal = (cause?: unknown): RepriseError =>
  new RepriseError('unauthorized', 'The token is not valid or has expired: log in again.', {
    details: { challenge: 'Bearer realm="reprise", error="invalid_token"' },
    cause,
  });

const isUnauthorized = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'unauthorized';
