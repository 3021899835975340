import { compact } from '../../flow';
import { z } from 'zod';
import { anyValue, duration } from '../fields';
import { defineNode } from '../node-type';
import { HTTP_ACTIONS, HTTP_FAILURE_NOTE, HTTP_TIMEOUT_MS, SECRETS_NOTE, textRecord, url } from './http-fields';

const METHODS = ['POST', 'PUT', 'PATCH'] as const;

export const webhook = defineNode({
  doc: {
    summary: 'Sends data to a receiver: an outgoing webhook.',
    params: [
      { name: 'url', required: true, text: 'Absolute http or https URL of the receiver.' },
      { name: 'method', text: `One of ${METHODS.join(', ')}; default POST.` },
      { name: 'headers', text: 'Map of header values.' },
      { name: 'body', text: 'What is sent, as JSON; text is sent as it is. Without it the body is an empty object.' },
      { name: 'timeout', text: 'Limit of one attempt; default 30s. The node field `timeout` wins over it.' },
    ],
    output: '`{status_code, status: "sent", headers, body, truncated?}`',
    actions: '`success`, `client_error`, `server_error`, `default`',
    notes: [
      HTTP_FAILURE_NOTE,
      'An answer above 10 MiB is dropped, not read to its end: `body` is then null and `truncated` true.',
      'Every attempt of one node run carries the same `Idempotency-Key` header, so that the receiver can drop repeats.',
      SECRETS_NOTE,
    ],
    example: `
nodes:
  count:
    type: transform
    params: { output: { total: '{{ sum(input.lines) }}' } }
    next: tell
  tell:
    type: webhook
    params:
      url: https://hooks.example/orders
      body: { total: '{{ nodes.count.total }}' }
    retry: { maxAttempts: 5, delay: 2s, backoff: exponential }
`,
  },
  kinds: { secretCapable: ['url', 'headers', 'body'] },
  params: z.strictObject({
    url,
    method: z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(METHODS)).default('POST'),
    headers: textRecord.optional(),
    body: anyValue.optional(),
    timeout: duration().optional(),
  }),
  actions: HTTP_ACTIONS,
  execution: ['activity'],
  attemptTimeoutMs: (value) => value.timeout ?? HTTP_TIMEOUT_MS,
  lower: ({ url: target, method, headers, body }) => ({
    kind: 'call',
    activity: 'webhook',
    params: compact({ url: target, method, headers, body }),
  }),
});
