import { z } from 'zod';
import { addresses } from '../mail/addresses';

const url = z
  .string('must be a URL')
  .refine((text) => URL.canParse(text), 'must be a whole URL, such as https://host/path')
  .transform((text) => new URL(text));

/**
 * `notify` of an approval, resolved. `email`: true is the approvers, else addresses; absent, null or false: nobody. `webhook`: a URL, signed
 * with the operator's secret, or {url, secret}.
 */
export const notifyParams = z.strictObject({
  email: z.union([z.boolean(), addresses], 'must be true, an address, or a list of addresses').nullish(),
  webhook: z
    .union(
      [url.transform((target) => ({ url: target, secret: undefined })), z.strictObject({ url, secret: z.string().optional() })],
      'must be a URL or {url, secret}',
    )
    .nullish(),
});
