import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';

/**
 * Names and numbers that come from a seed (X2): the same in every replay and re-run of a workflow task, whatever finished
 * first. A seed names its purpose too (`<runId>|<path>|<attempt>|jitter`), so that two uses never share a value.
 */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID_CHARS = 26;

/** Hex of the SHA-256 of the UTF-8 bytes of `text`. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(text));

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

/** `<prefix>_<26 characters of Crockford base32>`: the shape of a ULID (128 bits, first character 0-7) without its time. */
export const stableId = (prefix: string, seed: string): string => {
  const bytes = sha256(seed);
  let text = '';
  for (let n = 0; n < ULID_CHARS; n += 1) {
    // 26 characters hold 130 bits: two zero bits stand before the 128.
    const bit = n * 5 - 2;
    const at = Math.max(0, bit >> 3);
    const window = (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
    const value = bit < 0 ? byteAt(bytes, 0) >> 5 : (window >> (11 - (bit & 7))) & 31;
    text += CROCKFORD.charAt(value);
  }
  return `${prefix}_${text}`;
};

/** A version 4 shaped UUID from the seed. */
export const stableUuid = (seed: string): string => {
  const hex = sha256Hex(seed);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** A number in [0, 1) from the seed, evenly spread over 2^48 steps. */
export const stableUnit = (seed: string): number => Number.parseInt(sha256Hex(seed).slice(0, 12), 16) / 2 ** 48;
