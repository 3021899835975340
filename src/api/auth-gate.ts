import type { Middleware, Next } from 'koa';
import { RepriseError } from '../flow';
import type { Principal, RequestOrigin } from '../flow';
import type { AuthService } from '../service/contract';
import type { AppContext, AppState } from './app-context';
import { bearerIn } from './bearer';

/**
 * Everything mounted behind this needs a valid bearer, matched or not. It has no exceptions: public routes are mounted
 * before it by exact path.
 */
export function authGate(auth: AuthService): Middleware<AppState> {
  return async (ctx: AppContext, next: Next): Promise<void> => {
    const request = { id: ctx.state.requestId, address: ctx.ip };
    ctx.state.principal = await callerOf(auth, ctx.get('authorization'), request);
    await next();
  };
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
