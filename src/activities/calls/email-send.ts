import { z } from 'zod';
import { sha256Hex } from '../../flow/hash';
import { defineCall, scalarText } from '../call-handler';
import { CallFault } from '../failure';
import { address, addresses } from '../mail/addresses';

/** One line: a line break would begin another header. */
const subject = scalarText
  .refine((text) => !/[\r\n\0]/.test(text), 'must be one line')
  .pipe(z.string().max(500, 'must not be longer than 500'));
const params = z
  .object({
    from: address.optional(),
    to: addresses,
    cc: addresses.optional(),
    bcc: addresses.optional(),
    subject,
    text: scalarText.optional(),
    html: scalarText.optional(),
  })
  .refine(({ text, html }) => text !== undefined || html !== undefined, 'add `text` or `html`');

/** Output `{message_id, addresses}`. At least once: a repeat after a crash carries the same Message-ID. */
export const emailSend = defineCall(params, async (message, { context, secrets }, { mailer }) => {
  if (mailer === undefined)
    throw new CallFault({
      code: 'smtp_not_configured',
      message: 'No mail server is configured; the operator sets SMTP_URL for the workers',
      retryable: false,
    });
  // The server is the operator's, and recipients are anybody: a secret bound to hosts does not go there.
  secrets.refuseBound();
  const key = sha256Hex(`${context.runId}|${context.nodeRunId}`).slice(0, 32);
  const { from, cc, bcc, text, html, to } = message;
  const parts = {
    ...(from !== undefined && { from }),
    ...(cc !== undefined && { cc }),
    ...(bcc !== undefined && { bcc }),
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
  };
  const { messageId, accepted } = await mailer.send({ ...parts, to, subject: message.subject, key });
  return {
    output: { message_id: messageId, addresses: [...accepted] },
    log: { level: 'debug', message: 'Mail sent', data: { recipients: accepted.length } },
  };
});
