import Koa from 'koa';
import type { Logger } from '../logger';
import type { Services } from '../service/contract';
import { isGated } from './access';
import { accessLog } from './access-log';
import type { AppState } from './app-context';
import { createApprovalLinkRoutes } from './approve/link-routes';
import { createApprovalPageRoutes } from './approve/page-routes';
import { authGate } from './auth-gate';
import { errorBoundary } from './error-boundary';
import { flowrunnerRoutes } from './flowrunner/routes';
import { mountRoutes, refuseUnmatched } from './mount';
import { createOpenApiDocument } from './openapi';
import type { OpenApiDocument } from './openapi';
import { createPlaysRoutes } from './plays/routes';
import { requestId } from './request-id';
import type { Route } from './route';
import { securityHeaders } from './security-headers';
import { createSessionCookie, crossOriginGuard } from './session-cookie';
import { createDocsRoutes } from './system/docs-routes';
import { createSystemRoutes } from './system/routes';

export interface ApiConfig {
  /** Base URL under which clients reach the service, e.g. `https://flows.example.com`. */
  readonly publicUrl: string;
  readonly version: string;
  /** Reverse proxies of ours in front, each of which adds to X-Forwarded-For; none: the peer is the caller. */
  readonly proxyHops?: number;
}
export interface AppDeps {
  readonly services: Services;
  readonly logger: Logger;
  readonly config: ApiConfig;
}

/** Every route of the service: the router, the OpenAPI document and the access tests are made of this list. */
export function createRoutes(config: ApiConfig): readonly Route[] {
  let document: OpenApiDocument | undefined;
  const routes: readonly Route[] = [
    ...createSystemRoutes(() => (document ??= createOpenApiDocument(routes, config))),
    ...createDocsRoutes(),
    ...flowrunnerRoutes,
    ...createApprovalLinkRoutes(config),
    ...createApprovalPageRoutes(config),
    ...createPlaysRoutes(createSessionCookie(config.publicUrl)),
  ];
  return routes;
}

/** The whole HTTP side. It does not listen. The order of the middlewares is the order of this list. */
export function createApp({ services, logger, config }: AppDeps): Koa<AppState> {
  const routes = createRoutes(config);
  const { proxyHops = 0 } = config;
  // What came before our own proxies is the caller's word, so only that many are believed, from the right.
  const app = new Koa<AppState>({ proxy: proxyHops > 0, maxIpsCount: proxyHops });
  app.on('error', (error: Error) => {
    // Those who follow a run leave when they like.
    const level = 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE' ? 'debug' : 'warn';
    logger[level]('a reply could not be sent', { reason: error.message });
  });

  app.use(requestId);
  app.use(accessLog(logger));
  app.use(securityHeaders(config.publicUrl));
  app.use(errorBoundary);
  app.use(crossOriginGuard(config.publicUrl));
  app.use(
    mountRoutes(
      routes.filter((route) => !isGated(route.access)),
      services,
    ),
  );
  app.use(authGate(services.auth, createSessionCookie(config.publicUrl)));
  app.use(
    mountRoutes(
      routes.filter((route) => isGated(route.access)),
      services,
    ),
  );
  app.use(refuseUnmatched(routes));
  return app;
}
