import { Readable } from 'node:stream';
import { Router } from '@koa/router';
import type { Middleware, Next } from 'koa';
import { RepriseError } from '../flow';
import type { Services } from '../service/contract';
import type { AppContext, AppState } from './app-context';
import { bearerOf } from './bearer';
import { hasBody, readFormBody, readJsonBody } from './body';
import type { Route, RouteReply } from './route';

/** A router that knows exactly these routes: case and trailing slash count, and nothing else of a path matches. */
export function mountRoutes(routes: readonly Route[], services: Services): Middleware<AppState> {
  const router = new Router<AppState>({ strict: true, sensitive: true });
  for (const route of routes.toSorted(literalFirst)) {
    router.register(toRouterPath(route.path), [route.method], serve(route, services));
  }
  return router.routes() as Middleware<AppState>;
}

/** The end of the chain for a caller who was admitted: 405 with `Allow` for a known path, else 404. */
export function refuseUnmatched(routes: readonly Route[]): Middleware<AppState> {
  const paths = new Router<AppState>({ strict: true, sensitive: true });
  for (const route of routes) paths.register(toRouterPath(route.path), [route.method], async () => undefined);
  return async (ctx: AppContext): Promise<void> => {
    const methods = new Set(paths.match(ctx.path, ctx.method).path.flatMap((layer) => layer.methods));
    if (methods.size === 0)
      throw new RepriseError('not_found', `Nothing is found at ${ctx.path.slice(0, 200)}: see /docs for the paths.`);
    const allow = [...methods].join(', ');
    throw new RepriseError('method_not_allowed', `${ctx.method} is not possible here: use ${allow}.`, { details: { allow } });
  };
}

const toRouterPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** `/flows/validate` before `/flows/{id}` (dialects part A: literal segments match first). */
function literalFirst(a: Route, b: Route): number {
  return a.path.replaceAll('{', '\uffff') < b.path.replaceAll('{', '\uffff') ? -1 : 1;
}

function serve(route: Route, services: Services) {
  return async (ctx: AppContext & { params: Record<string, string> }, _next: Next): Promise<void> => {
    ctx.state.route = route.path;
    const reply = await route.handle({
      params: ctx.params,
      query: { ...ctx.query },
      headers: ctx.headers,
      hasBody: hasBody(ctx),
      readBody: async (form) => (form ? readFormBody(ctx) : readJsonBody(ctx)),
      principal: ctx.state.principal,
      services,
      bearer: bearerOf(ctx),
      request: { id: ctx.state.requestId, address: ctx.ip },
      onGone: (listener) => void ctx.res.once('close', listener),
    });
    write(ctx, reply);
  };
}

function write(ctx: AppContext, reply: RouteReply): void {
  ctx.status = reply.status;
  ctx.set('cache-control', 'no-store');
  ctx.set({ ...reply.headers });
  if (reply.body instanceof Readable) {
    ctx.body = reply.body;
    ctx.type = reply.contentType;
    // Nothing may come for long; the caller should know that it was accepted.
    ctx.flushHeaders();
    return;
  }
  ctx.body = reply.contentType === 'application/json' ? JSON.stringify(reply.body) : reply.body;
  ctx.type = reply.contentType;
}
