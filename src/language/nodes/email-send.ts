import { z } from 'zod';
import { compact, type Json } from '../../flow';
import { hasTemplate, text } from '../fields';
import { defineNode } from '../node-type';
import { check, choose } from '../shape';

const SEND_TIMEOUT_MS = 60_000;
const MOST_RECIPIENTS = 50;

const address = text.check(
  check((value) =>
    hasTemplate(value) || /^[^\s@,;<>()"]+@[^\s@,;<>()"]+$/.test(value)
      ? undefined
      : { message: `\`${value.slice(0, 60)}\` is no plain address; write one such as ada@example.com.` },
  ),
);
const addresses = choose<Json>((value) => (Array.isArray(value) ? z.array(address).min(1).max(MOST_RECIPIENTS) : address));

const OPERATOR = 'The mail server is the operator’s (SMTP_URL); remove this.';

export const emailSend = defineNode({
  doc: {
    summary: 'Sends a mail through the mail server of the operator.',
    params: [
      { name: 'to', required: true, text: 'An address, or a list of at most 50. Plain addresses, without names.' },
      { name: 'cc', text: 'The same.' },
      { name: 'bcc', text: 'The same.' },
      { name: 'from', text: 'The sender; default is what the operator has set.' },
      { name: 'subject', required: true, text: 'One line.' },
      { name: 'text', text: 'The message as plain text. `body` means the same.' },
      { name: 'html', text: 'The message as HTML. Values in it are not escaped: escape what comes from outside.' },
    ],
    output: '`{message_id, addresses}`: those that the server accepted',
    actions: '`default`',
    notes: [
      'Where no mail server is set (`SMTP_URL`) the node fails `smtp_not_configured`. What the server refuses for good fails `mail_refused`; that it does not answer is `unavailable`, which `retry` may try again.',
      'A mail goes out at least once: when a worker dies after it was sent it is sent again, with the same `Message-ID`.',
      'Secrets (`{{ secrets.NAME }}`) may be used in `text` and `html`, unless they are bound to hosts.',
    ],
    example: `
nodes:
  tell:
    type: email.send
    params:
      to: [ada@example.com, '{{ input.customer }}']
      subject: 'Order {{ input.orderId }} is on its way'
      text: 'It arrives on {{ input.day }}.'
    retry: { maxAttempts: 4, delay: 10s, backoff: exponential }
`,
  },
  kinds: { secretCapable: ['text', 'html', 'body'] },
  unsupported: {
    smtp_host: OPERATOR,
    smtp_port: OPERATOR,
    username: OPERATOR,
    password: OPERATOR,
    attachments: 'Attachments are not supported; send a link.',
    headers: 'Headers of your own are not supported; remove this.',
  },
  params: z
    .strictObject({
      from: address.optional(),
      to: addresses,
      cc: addresses.optional(),
      bcc: addresses.optional(),
      subject: text,
      text: z.string().optional(),
      body: z.string().optional(),
      html: z.string().optional(),
    })
    .check(
      check((params) =>
        params.text === undefined && params.body === undefined && params.html === undefined
          ? { message: 'Add `text` or `html`, the message itself.' }
          : undefined,
      ),
      check((params) =>
        params.text !== undefined && params.body !== undefined
          ? { message: '`body` and `text` are the same; keep one.' }
          : undefined,
      ),
    ),
  actions: [],
  execution: ['activity'],
  attemptTimeoutMs: SEND_TIMEOUT_MS,
  lower: ({ text: plain, body, ...rest }) => ({
    kind: 'call',
    activity: 'emailSend',
    params: compact({ ...rest, text: plain ?? body }),
  }),
});
