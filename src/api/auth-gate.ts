import type { Middleware, Next } from 'koa';
import { RepriseError } from '../flow';
import type { AuthService } from '../service/contract';
import type { AppContext, AppState } from './app-context';
import { bearerOf } from './bearer';

/**
 * Everything mounted behind this needs a valid bearer, matched or not. It has no exceptions: public routes are mounted
 * before it by exact path.
 */
export function authGate(auth: AuthService): Middleware<AppState> {
  return async (ctx: AppContext, next: Next): Promise<void> => {
    const header = ctx.get('authorization');
    if (header === '')
      throw new RepriseError(
        'unauthorized',
        'Authentication is required: send "Authorization: Bearer <token>" with a token from POST /api/v1/auth/login.',
      );
    const token = bearerOf(ctx);
    if (token === undefined) throw refusal();
    try {
      ctx.state.principal = await auth.authenticate(token, { id: ctx.state.requestId, address: ctx.ip });
    } catch (error) {
      throw isUnauthorized(error) ? refusal(error) : error;
    }
    await next();
  };
}

/** One text for every reason, so that a caller cannot learn which check refused. */
const refusal = (cause?: unknown): RepriseError =>
  new RepriseError('unauthorized', 'The token is not valid or has expired: log in again.', {
    details: { challenge: 'Bearer realm="reprise", error="invalid_token"' },
    cause,
  });

const isUnauthorized = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'unauthorized';
