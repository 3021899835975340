/** Standard Webhooks (standardwebhooks.com), the symmetric form. */
import { createHmac } from 'node:crypto';
import { RepriseError } from '../../flow';

const PREFIX = 'whsec_';
const FEWEST_BYTES = 24;
const MOST_BYTES = 64;

/** The key in a secret `whsec_<base64>` of 24 to 64 bytes; the prefix may be absent. Throws RepriseError `invalid_webhook_secret`. */
const keyOf = (secret: string): Buffer => {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(text, 'base64');
  if (key.length >= FEWEST_BYTES && key.length <= MOST_BYTES && /^[A-Za-z0-9+/]+={0,2}$/.test(text)) return key;
  throw new RepriseError(
    'invalid_webhook_secret',
    'The webhook secret must be whsec_ and the base64 of 24 to 64 bytes (openssl rand -base64 32)',
  );
};

/**
 * The headers of one delivery of `body`, which is sent as it is. `id` is the same for every delivery of one event and holds no dot.
 * @param at epoch ms of this delivery
 */
export const webhookHeaders = (secret: string, id: string, at: number, body: string): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
