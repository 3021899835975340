import { RepriseError } from '../flow';
import type { Next } from 'koa';
import type { AppContext } from './app-context';
import { toDialect } from './dialect';
import { assertOrigin, ownOrigins } from './live/origin';

/** How long a cookie of a log-in lasts, ms. */
export const COOKIE_MS = 3_600_000;
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/;
const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const TOKEN = /^[A-Za-z0-9._~+/-]{1,4096}=*$/;

/** The session cookie of the plays contract: a bearer that browsers keep. It is taken on plays routes only. */
export interface SessionCookie {
  readonly name: string;
  /** `Set-Cookie` of a log-in, and of a log-out. */
  write(token: string): string;
  clear(): string;
  /** The token in a Cookie header. */
  read(header: string | undefined): string | undefined;
}

/**
 * `__Host-`: of this host alone, over TLS alone, for all paths. Browsers keep such a cookie over TLS only, so a service that is
 * reached at http on this machine has one with another name and without Secure.
 */
export function createSessionCookie(publicUrl: string): SessionCookie {
  const isPlain = LOOPBACK.test(publicUrl);
  const name = isPlain ? 'reprise-session' : '__Host-reprise-session';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isPlain ? '' : '; Secure'}`;
  return {
    name,
    write: (token) => `${name}=${token}; Max-Age=${COOKIE_MS / 1000}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
    read(header) {
      const pairs = (header ?? '').split(';').map((pair) => pair.trim().split(/=(.*)/s, 2));
      // Of two with one name, either may be somebody else's: none counts.
      const values = pairs.filter(([key]) => key === name).map(([, value = '']) => value);
      const [token] = values;
      return values.length === 1 && token !== undefined && TOKEN.test(token) ? token : undefined;
    },
  };
}

/**
 * Requests that change something and that a browser may have been talked into: without an Authorization header, on plays routes.
 * Browsers say which page asks, and no page can change that.
 */
export const crossOriginGuard = (publicUrl: string) => {
  const own = ownOrigins(publicUrl);
  return async (ctx: AppContext, next: Next): Promise<void> => {
    const mayCarryCookie = toDialect(ctx.path) === 'plays' && ctx.get('authorization') === '';
    if (mayCarryCookie && !SAFE.includes(ctx.method)) {
      assertOrigin(ctx.headers.origin, own);
      const site = ctx.get('sec-fetch-site');
      if (site === 'cross-site' || site === 'same-site')
        throw new RepriseError('forbidden', 'Pages of another site may not ask for this: ask from a page of PUBLIC_URL.');
    }
    await next();
  };
};
