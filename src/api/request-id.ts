import type { Next } from 'koa';
import { ulid } from 'ulid';
import type { AppContext } from './app-context';

/** A caller's own id is taken over only in this form, so that it can stand in logs and headers as it is. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export const requestIdOf = (given: string): string => (REQUEST_ID.test(given) ? given : `req_${ulid()}`);

/** Gives every request an id (`X-Request-Id`, echoed) that its log line and its 500 carry. */
export async function requestId(ctx: AppContext, next: Next): Promise<void> {
  ctx.state.requestId = requestIdOf(ctx.get('x-request-id'));
  ctx.set('x-request-id', ctx.state.requestId);
  await next();
}
