import { z } from 'zod';

export const MOST_RECIPIENTS = 50;
/** One bare address: no name, no list, no comment, no space, so nothing in it can become another recipient or header. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const FAULT = 'must be a plain address such as ada@example.com';

export const address = z
  .string('must be text')
  .transform((text) => text.trim())
  .pipe(z.string().regex(ADDRESS, FAULT));

/** One address or a list of them. */
export const addresses = z
  .union([z.string(), z.array(z.string())], 'must be an address or a list of addresses')
  .transform((given) => [given].flat())
  .pipe(z.array(address).min(1, 'must not be empty').max(MOST_RECIPIENTS, `must not be more than ${MOST_RECIPIENTS}`));
