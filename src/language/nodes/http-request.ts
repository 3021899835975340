import { compact } from '../../flow';
import { z } from 'zod';
import { anyValue, duration, hasTemplate, orTemplate } from '../fields';
import { defineNode } from '../node-type';
import { check } from '../shape';
import {
  auth,
  bool,
  HTTP_ACTIONS,
  HTTP_FAILURE_NOTE,
  HTTP_TIMEOUT_MS,
  query,
  SECRETS_NOTE,
  textRecord,
  url,
} from './http-fields';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const method = z.preprocess(
  (value) => (typeof value === 'string' && !hasTemplate(value) ? value.toUpperCase() : value),
  orTemplate(z.enum(METHODS)),
);

const params = z
  .strictObject({
    url,
    method: method.default('GET'),
    headers: textRecord.optional(),
    query: query.optional(),
    body: anyValue.optional(),
    form_data: textRecord.optional(),
    auth: auth.optional(),
    timeout: duration().optional(),
    follow_redirects: bool.optional(),
    follow_redirect: bool.optional(),
    failOn: z.enum(['default', 'never']).optional(),
    responseType: z.enum(['auto', 'json', 'text', 'binary']).optional(),
  })
  .check(
    check((value) => {
      if (value.body !== undefined && value.form_data !== undefined) return { message: 'Give `body` or `form_data`, not both.' };
      return value.follow_redirect !== undefined && value.follow_redirects !== undefined
        ? { message: '`follow_redirects` and `follow_redirect` say the same; keep one of them.' }
        : undefined;
    }),
  );

export const httpRequest = defineNode({
  doc: {
    summary: 'Calls an HTTP endpoint and answers its response.',
    params: [
      {
        name: 'url',
        required: true,
        text: 'Absolute http or https URL. Private addresses are refused unless the operator allows them.',
      },
      { name: 'method', text: `One of ${METHODS.join(', ')}; default GET.` },
      { name: 'headers', text: 'Map of header values.' },
      { name: 'query', text: 'Map of query parameters; a list repeats the parameter.' },
      { name: 'body', text: 'Text is sent as it is, anything else as JSON.' },
      { name: 'form_data', text: 'Map of fields, sent url-encoded; instead of `body`.' },
      {
        name: 'auth',
        text: '`{username, password}` (basic), `{token}` (bearer) or `{api_key, key_name}` (header, default `X-API-Key`).',
      },
      { name: 'timeout', text: 'Limit of one attempt: `30s` or seconds; default 30s. The node field `timeout` wins over it.' },
      { name: 'follow_redirects', text: 'Follow up to 5 redirects; default true. `follow_redirect` means the same.' },
      {
        name: 'failOn',
        text: '`default`, or `never`: then no status is a failure and 4xx/5xx answer `client_error` / `server_error` as actions.',
      },
      { name: 'responseType', text: '`auto` (by content type), `json`, `text` or `binary` (base64).' },
    ],
    output: '`{status_code, headers, body, raw_body?, encoding?, truncated?, timing_ms}`',
    actions: '`success`, `client_error`, `server_error`, `default`',
    notes: [
      HTTP_FAILURE_NOTE,
      'A body above 10 MiB is streamed into the artifact store as it arrives, decompressed but neither parsed nor decoded whatever `responseType` says; `body` is then `{ artifact: {store, key, size, type, sha256} }` and there is no `raw_body`. Give such a node a `timeout` that is long enough: what is cut off leaves no artifact. Above 1 GiB the node fails `response_too_large`. A 4xx or 5xx answer is never stored: of one above 10 MiB `body` is the first 10 MiB, as text or base64, with `truncated: true`.',
      'Every attempt of one node run carries the same `Idempotency-Key` header, unless the flow sets one itself.',
      SECRETS_NOTE,
      'GET and HEAD run as local activities by default (they may be repeated without harm); `execution: activity` makes them regular ones. Other methods are always regular activities.',
    ],
    example: `
nodes:
  fetch:
    type: http.request
    params:
      url: 'https://shop.example/orders/{{ input.orderId }}'
      headers: { accept: application/json }
    retry: { maxAttempts: 4, delay: 1s, backoff: 2, jitter: 0.2, on: [timeout, server_error] }
    timeout: 10s
    next: { success: done, client_error: missing }
  done:
    type: succeed
    params: { output: '{{ nodes.fetch.body }}' }
  missing:
    type: fail
    params: { code: no_order, message: 'There is no order {{ input.orderId }}' }
`,
  },
  kinds: { secretCapable: ['url', 'query', 'headers', 'body', 'form_data', 'auth'] },
  params,
  actions: HTTP_ACTIONS,
  execution: (value) => (value.method === 'GET' || value.method === 'HEAD' ? ['local', 'activity'] : ['activity']),
  attemptTimeoutMs: (value) => value.timeout ?? HTTP_TIMEOUT_MS,
  lower: (value) => ({
    kind: 'call',
    activity: 'httpRequest',
    params: compact({
      url: value.url,
      method: value.method,
      headers: value.headers,
      query: value.query,
      body: value.body,
      form_data: value.form_data,
      auth: value.auth === undefined ? undefined : compact(value.auth),
      follow_redirects: value.follow_redirects ?? value.follow_redirect,
      failOn: value.failOn,
      responseType: value.responseType,
    }),
  }),
});
