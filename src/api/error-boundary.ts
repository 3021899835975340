import type { Next } from 'koa';
import type { AppContext } from './app-context';
import { toDialect } from './dialect';
import type { Envelope } from './envelopes';
import { toEnvelope } from './envelopes';
import { toHttpFailure } from './errors';

/** The one place where an error becomes a reply. */
export async function errorBoundary(ctx: AppContext, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    const failure = toHttpFailure(error, ctx.state.requestId);
    ctx.state.failure = error;
    const request = { path: ctx.path, requestId: ctx.state.requestId, apiVersion: ctx.get('x-api-version') };
    const dialect =
      ctx.accepts('application/json', 'application/problem+json') === 'application/problem+json'
        ? 'problem'
        : toDialect(ctx.path);
    reply(ctx, failure.status, failure.headers, toEnvelope(dialect, failure, request));
  }
}

function reply(ctx: AppContext, status: number, headers: Readonly<Record<string, string>>, envelope: Envelope): void {
  ctx.status = status;
  ctx.set({ ...headers, 'cache-control': 'no-store' });
  ctx.body = typeof envelope.body === 'string' ? envelope.body : JSON.stringify(envelope.body);
  ctx.type = envelope.type;
}
