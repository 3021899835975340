/** AES-256-GCM with a random 96-bit IV for each message; synchronous, because a message is small and a thread hop is not. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RepriseError } from '../flow';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The parts of an encrypted message. */
export interface Box {
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly text: Uint8Array;
}

/** @param aad bound to the message without being in it: decryption needs the same bytes */
export const encrypt = (key: Uint8Array, plain: Uint8Array, aad: Uint8Array): Box => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), text };
};

/** Throws RepriseError `decryption_failed` for another key, another `aad` or any changed bit; nothing of the message gets out. */
export const decrypt = (key: Uint8Array, { iv, tag, text }: Box, aad: Uint8Array): Buffer => {
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) throw decryptionFailed();
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch {
    throw decryptionFailed();
  }
};

export const decryptionFailed = (): RepriseError =>
  new RepriseError(
    'decryption_failed',
    'The encrypted value cannot be opened: it was changed, moved, or written with another key',
  );

/** One run of bytes: IV, tag, text. */
export const toBytes = ({ iv, tag, text }: Box): Buffer => Buffer.concat([iv, tag, text]);
export const fromBytes = (bytes: Uint8Array): Box => ({
  iv: bytes.subarray(0, IV_BYTES),
  tag: bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
  text: bytes.subarray(IV_BYTES + TAG_BYTES),
});

/** `v1:<key id>:<iv>:<tag>:<text>`, base64url. */
export const toText = (keyId: string, box: Box): string =>
  ['v1', keyId, ...[box.iv, box.tag, box.text].map((part) => Buffer.from(part).toString('base64url'))].join(':');

/** Throws `decryption_failed` for text that `toText` would not write: base64 has spare bits, which nobody may change unseen. */
export const fromText = (text: string): { readonly keyId: string; readonly box: Box } => {
  const [, keyId = '', ...parts] = text.split(':');
  const [iv, tag, content] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (iv === undefined || tag === undefined || content === undefined) throw decryptionFailed();
  const box = { iv, tag, text: content };
  if (toText(keyId, box) !== text) throw decryptionFailed();
  return { keyId, box };
};
