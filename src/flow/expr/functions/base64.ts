import { floor } from '../globals';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map(Array.from(ALPHABET, (char, value) => [char, value]));
VALUES.set('-', 62).set('_', 63);

/** Standard base64 with padding (RFC 4648 §4). The workflow sandbox has neither Buffer nor a safe btoa. */
export const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const char = (shift: number): string => ALPHABET.charAt((word >> shift) & 63);
    text += char(18) + char(12) + (left > 1 ? char(6) : '=') + (left > 2 ? char(0) : '=');
  }
  return text;
};

/** Reads base64 and base64url, padded or not; undefined when it is neither. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  const digits = text.replace(/={0,2}$/, '');
  if (digits.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(floor((digits.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let at = 0;
  for (const char of digits) {
    const value = VALUES.get(char);
    if (value === undefined) return undefined;
    word = ((word << 6) | value) & 0xff_ffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (word >> bits) & 0xff;
    at += 1;
  }
  return bytes;
};
