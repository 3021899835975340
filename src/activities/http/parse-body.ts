import { TextDecoder } from 'node:util';
import type { OutboundResponse } from '../../egress';
import type { Json, JsonObject } from '../../flow';
import { CallFault } from '../failure';
import type { HttpParams } from './params';

const JSON_TYPE = /^application\/([\w.+-]*\+)?json$/;
const TEXT_TYPE = /^(text\/|application\/([\w.+-]*\+)?(xml|x-www-form-urlencoded|javascript|graphql|yaml|x-yaml|x-ndjson|sql)$)/;

/**
 * `body` and what goes with it: JSON as data, text as text, other bytes as base64 with `encoding: base64`. `raw_body`, the text
 * that was parsed, only when `withRaw`: it would double every output. An empty body is null.
 */
export const parseBody = (response: OutboundResponse, type: HttpParams['responseType'], withRaw: boolean): JsonObject => {
  const { body } = response;
  if (body.length === 0) return { body: null };
  const contentType = String(response.headers['content-type'] ?? '');
  const media = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const charset = /;\s*charset="?([^";]+)/i.exec(contentType)?.[1]?.trim();
  const kind = type === 'auto' ? kindOf(media) : type;
  if (kind === 'binary') return { body: body.toString('base64'), encoding: 'base64' };
  if (kind === 'json') {
    const text = decode(body, charset, false);
    const parsed = text === undefined ? undefined : parseJson(text);
    if (parsed !== undefined) return { body: parsed.value, ...(withRaw && text !== undefined ? { raw_body: text } : {}) };
    // An error page is no reason to hide the error.
    if (type === 'json' && response.status >= 200 && response.status <= 299)
      throw new CallFault({
        code: 'invalid_response',
        message: 'The response is not JSON; set `responseType` to text to take it as it is',
        status: response.status,
        retryable: true,
      });
  }
  // Without a type, or with a wrong one, the bytes decide.
  const text = decode(body, charset, type === 'text');
  return text === undefined ? { body: body.toString('base64'), encoding: 'base64' } : { body: text };
};

const kindOf = (media: string): 'json' | 'text' | 'binary' => {
  if (JSON_TYPE.test(media)) return 'json';
  return media === '' || TEXT_TYPE.test(media) ? 'text' : 'binary';
};

/** Undefined when the bytes are not text in that charset, unless `lossy`. An unknown charset is read as UTF-8. */
const decode = (bytes: Buffer, charset: string | undefined, lossy: boolean): string | undefined => {
  try {
    return decoder(charset ?? 'utf-8', { fatal: !lossy }).decode(bytes);
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
