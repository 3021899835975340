import type { Json } from '../../flow';
import type { OutboundRequest } from '../../egress';
import { invalidParams, type CallJob } from '../call-handler';
import type { Auth } from './params';

const USER_AGENT = 'Reprise';
/** The connection's own: an author who sets them could send a second request, or ask another host than the guard saw. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible text, spaces and tabs; no line break splits a request. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export interface RequestParts {
  readonly url: URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly body?: Json | undefined;
  readonly form_data?: Readonly<Record<string, string>> | undefined;
  readonly auth?: Auth | null | undefined;
}

/** What goes out. Throws CallFault `invalid_params` that names the param. */
export const buildRequest = (parts: RequestParts, job: CallJob): Pick<OutboundRequest, 'url' | 'method' | 'headers' | 'body'> => {
  const url = new URL(parts.url);
  for (const [name, value] of Object.entries(parts.query ?? {}))
    for (const one of [value].flat()) url.searchParams.append(name, one);
  const content = toContent(parts);
  const headers = {
    'user-agent': USER_AGENT,
    accept: '*/*',
    // Stable over the retries of this node run (X2), so that a receiver can drop repeats.
    'idempotency-key': job.context.idempotencyKey,
    ...(content === undefined ? {} : { 'content-type': content.type }),
    ...checkedHeaders(parts.headers ?? {}),
    ...(parts.auth === undefined || parts.auth === null ? {} : authHeader(parts.auth)),
  };
  return { url, method: parts.method, headers, ...(content === undefined ? {} : { body: content.text }) };
};

const toContent = ({ body, form_data }: RequestParts): { readonly type: string; readonly text: string } | undefined => {
  if (form_data !== undefined)
    return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form_data).toString() };
  if (body === undefined) return undefined;
  return typeof body === 'string'
    ? { type: 'text/plain; charset=utf-8', text: body }
    : { type: 'application/json', text: JSON.stringify(body) };
};

const checkedHeaders = (given: Readonly<Record<string, string>>): Record<string, string> => {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name)) throw invalidParams('headers', `\`${name.slice(0, 60)}\` is no header name`);
    if (OURS.has(lower)) throw invalidParams(`headers.${name}`, 'is set by the connection; remove it');
    if (!HEADER_VALUE.test(value))
      throw invalidParams(`headers.${name}`, 'holds a line break or a character that headers cannot carry');
    headers.push([lower, value]);
  }
  return Object.fromEntries(headers);
};

const authHeader = ({ username, password, token, api_key, key_name }: Auth): Record<string, string> => {
  if (token !== undefined) return checkedAuth('authorization', `Bearer ${token}`);
  if (api_key !== undefined) return checkedAuth(key_name ?? 'X-API-Key', api_key);
  const pair = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
};

/** A message about a credential never repeats it. */
const checkedAuth = (name: string, value: string): Record<string, string> => {
  if (!TOKEN.test(name) || OURS.has(name.toLowerCase()))
    throw invalidParams('auth.key_name', 'is no header name that may be set');
  if (!HEADER_VALUE.test(value)) throw invalidParams('auth', 'holds a line break or a character that headers cannot carry');
  return { [name.toLowerCase()]: value };
};
