import type { AppContext } from './app-context';

/** RFC 6750 `b68token`, with a bound: a longer header is no token of ours and is not worth a hash. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,4096}=*)$/i;

/** The token of an Authorization header; undefined for one that is not of that form. */
export const bearerIn = (header: string): string | undefined => BEARER.exec(header)?.[1];
export const bearerOf = (ctx: AppContext): string | undefined => bearerIn(ctx.get('authorization'));
