import { timingSafeEqual } from 'node:crypto';

/** In constant time for bytes of one length. */
export const sameBytes = (given: Buffer, right: Buffer): boolean =>
  given.length === right.length && timingSafeEqual(given, right);
