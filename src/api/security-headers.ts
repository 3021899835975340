import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

/**
 * The same strict policy for replies and pages: nothing inline, nothing from elsewhere. Images may be `data:` because the
 * reference page's style sheet carries its icons so.
 */
export function securityHeaders(publicUrl: string): Middleware {
  const isHttps = publicUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Would lock a browser out of a service that is served over plain HTTP.
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false,
  });
}
