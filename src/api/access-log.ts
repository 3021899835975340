import type { Middleware, Next } from 'koa';
import type { Logger } from '../logger';
import type { AppContext, AppState } from './app-context';

/**
 * One line a request. Never the query, headers or bodies: tokens and passwords travel there. Ids of the path are fine.
 * A 5xx is an `error` line with its cause (someone must act), everything else `info`.
 */
export function accessLog(logger: Logger): Middleware<AppState> {
  return async (ctx: AppContext, next: Next): Promise<void> => {
    const started = performance.now();
    await next();
    const { requestId, route, principal, failure } = ctx.state;
    const fields = {
      requestId,
      method: ctx.method,
      path: ctx.path,
      ...(route !== undefined && { route }),
      status: ctx.status,
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      ip: ctx.ip,
      ...(principal !== undefined && { account: principal.accountId, workspace: principal.workspace }),
    };
    if (ctx.status >= 500) logger.error('request failed', { ...fields, error: toLoggable(failure) });
    else logger.info('request', fields);
  };
}

/** Chosen members only: errors of parsers and drivers carry bodies and commands as further members. */
function toLoggable(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const code = 'code' in error && { code: String(error.code) };
  const cause = error.cause !== undefined && { cause: toLoggable(error.cause) };
  return { name: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
