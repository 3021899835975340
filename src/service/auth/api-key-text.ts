import { createHash, randomBytes } from 'node:crypto';
import { sameBytes } from './same-bytes';
import { notAuthorized } from './tokens';

const FORM = /^(rpk_(\w{1,64})\.(\w{1,64})_[A-Za-z0-9_-]{43})([0-9a-f]{8})$/;
const SECRET_BYTES = 32;

export const looksLikeApiKey = (bearer: string): boolean => bearer.startsWith('rpk_');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const checksumOf = (text: string): string => sha256(text).toString('hex').slice(0, 8);

/**
 * `rpk_<account>.<key>_<secret><checksum>`. The ids let the account and the key be read beside each other; the checksum lets
 * typing errors and secret scanners be answered without a read.
 */
export function mintApiKey(accountId: string, keyId: string): { readonly text: string; readonly hash: string } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const body = `rpk_${withoutPrefix(accountId)}.${withoutPrefix(keyId)}_${secret}`;
  const text = `${body}${checksumOf(body)}`;
  return { text, hash: hashOf(text) };
}

/** Throws unauthorized when the text is no key of ours. Whether the key exists is known by the store. */
export function parseApiKey(text: string): { readonly accountId: string; readonly keyId: string } {
  const [, body = '', account = '', key = '', checksum = ''] = FORM.exec(text) ?? [];
  if (body === '' || checksumOf(body) !== checksum) throw notAuthorized();
  return { accountId: `acct_${account}`, keyId: `key_${key}` };
}

/** In constant time. */
export const isKeyOf = (text: string, hash: string): boolean => sameBytes(sha256(text), Buffer.from(hash, 'hex'));

const hashOf = (text: string): string => sha256(text).toString('hex');
const withoutPrefix = (id: string): string => id.replace(/^[a-z]+_/, '');
