import { TextDecoder } from 'node:util';
import type { OutboundHead, OutboundResponse } from '../../egress';
import type { Json, JsonObject } from '../../flow';
import { CallFault } from '../failure';
import type { LargeBody } from './large-body';
import type { HttpParams } from './params';

const JSON_TYPE = /^application\/([\w.+-]*\+)?json$/;
const TEXT_TYPE = /^(text\/|application\/([\w.+-]*\+)?(xml|x-www-form-urlencoded|javascript|graphql|yaml|x-yaml|x-ndjson|sql)$)/;

/**
 * `body` and what goes with it: JSON as data, text as text, other bytes as base64 with `encoding: base64`. `raw_body`, the text
 * that was parsed, only when `withRaw`: it would double every output. An empty body is null. One that was stored is
 * `{artifact}`, as a claim inside a list is; one that was cut is text or base64, with `truncated: true`.
 */
export const parseBody = (
  response: OutboundResponse<LargeBody>,
  type: HttpParams['responseType'],
  withRaw: boolean,
): JsonObject => {
  const { body } = response;
  if (Buffer.isBuffer(body)) return parseWhole(body, response, type, withRaw);
  if (body.kind === 'stored') return { body: { artifact: { ...body.ref } } };
  return { ...parseCut(body.start, response, type), truncated: true };
};

const parseWhole = (bytes: Buffer, head: OutboundHead, type: HttpParams['responseType'], withRaw: boolean): JsonObject => {
  if (bytes.length === 0) return { body: null };
  const { kind, charset } = formatOf(head, type);
  if (kind === 'binary') return asBase64(bytes);
  if (kind === 'json') {
    const text = decode(bytes, charset);
    const parsed = text === undefined ? undefined : parseJson(text);
    if (parsed !== undefined) return { body: parsed.value, ...(withRaw && text !== undefined ? { raw_body: text } : {}) };
    // An error page is no reason to hide the error.
    if (type === 'json' && head.status >= 200 && head.status <= 299)
      throw new CallFault({
        code: 'invalid_response',
        message: 'The response is not JSON; set `responseType` to text to take it as it is',
        status: head.status,
        retryable: true,
      });
  }
  return asText(bytes, charset, { lossy: type === 'text' });
};

/** Half a JSON text is text. */
const parseCut = (start: Buffer, head: OutboundHead, type: HttpParams['responseType']): JsonObject => {
  if (start.length === 0) return { body: null };
  const { kind, charset } = formatOf(head, type);
  return kind === 'binary' ? asBase64(start) : asText(start, charset, { lossy: type === 'text', cut: true });
};

const formatOf = ({ headers }: OutboundHead, type: HttpParams['responseType']) => {
  const contentType = String(headers['content-type'] ?? '');
  const media = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const charset = /;\s*charset="?([^";]+)/i.exec(contentType)?.[1]?.trim();
  return { kind: type === 'auto' ? kindOf(media) : type, charset };
};

const kindOf = (media: string): 'json' | 'text' | 'binary' => {
  if (JSON_TYPE.test(media)) return 'json';
  return media === '' || TEXT_TYPE.test(media) ? 'text' : 'binary';
};

interface Decoding {
  /** What is not text becomes U+FFFD. */
  readonly lossy?: boolean;
  /** The bytes may end within a character, which is left out. */
  readonly cut?: boolean;
}

/** Without a type, or with a wrong one, the bytes decide. */
const asText = (bytes: Buffer, charset: string | undefined, how: Decoding): JsonObject => {
  const text = decode(bytes, charset, how);
  return text === undefined ? asBase64(bytes) : { body: text };
};
const asBase64 = (bytes: Buffer): JsonObject => ({ body: bytes.toString('base64'), encoding: 'base64' });

/** Undefined when the bytes are not text in that charset, unless `lossy`. An unknown charset is read as UTF-8. */
const decode = (bytes: Buffer, charset = 'utf-8', { lossy = false, cut = false }: Decoding = {}): string | undefined => {
  try {
    return decoder(charset, { fatal: !lossy }).decode(bytes, { stream: cut });
  } catch {
    return undefined;
  }
};

const decoder = (charset: string, options: { readonly fatal: boolean }): TextDecoder => {
  try {
    return new TextDecoder(charset, options);
  } catch {
    return new TextDecoder('utf-8', options);
  }
};

const parseJson = (text: string): { readonly value: Json } | undefined => {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
};
