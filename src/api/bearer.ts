import type { AppContext } from './app-context';

/** RFC 6750 `b68token`, with a bound: a longer header is no token of ours and is not worth a hash. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,4096}=*)$/i;

/** The token of the Authorization header; undefined without one, and when the header is not of that form. */
export const bearerOf = (ctx: AppContext): string | undefined => BEARER.exec(ctx.get('authorization'))?.[1];
