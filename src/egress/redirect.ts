/** Redirects, followed by hand: each hop is checked by the guard, and secrets do not cross origins. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/**
 * Any header of an author may carry a secret (`x-api-key`), so on a change of origin only these stay.
 * The idempotency key is ours or harmless: it authorises nothing.
 */
const CROSS_ORIGIN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-language',
  'content-type',
  'idempotency-key',
  'user-agent',
]);
const BODY_HEADERS = new Set(['content-type', 'content-language', 'content-encoding']);

const keep = (headers: Hop['headers'], stays: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => stays(name)));

/** 303 always asks for GET; 301 and 302 do after a POST, as every client does. */
const becomesGet = (status: number, method: string): boolean =>
  (status === 303 && method !== 'HEAD' && method !== 'GET') || ((status === 301 || status === 302) && method === 'POST');

/** The next hop of a response, or undefined when it is no redirect or its `location` cannot be read. */
export const nextHop = (hop: Hop, status: number, location: string | undefined): Hop | undefined => {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined || !URL.canParse(location, hop.url.href))
    return undefined;
  const url = new URL(location, hop.url);
  const sameOrigin = url.origin === hop.url.origin;
  const headers = sameOrigin ? hop.headers : keep(hop.headers, (name) => CROSS_ORIGIN_HEADERS.has(name));
  if (becomesGet(status, hop.method)) return { url, method: 'GET', headers: keep(headers, (name) => !BODY_HEADERS.has(name)) };
  return { ...hop, url, headers };
};
