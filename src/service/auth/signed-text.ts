import { createHmac } from 'node:crypto';
import { sameBytes } from './same-bytes';

const MAX_CHARS = 2_048;

/**
 * Claims as text for a URL: `<base64url of JSON>.<base64url of HMAC-SHA256>`. What was signed for one purpose is nothing for another
 * one, or under another secret.
 */
export const createSignedText = (secret: string, purpose: string) => {
  const sign = (text: string): Buffer => createHmac('sha256', secret).update(`${purpose} ${text}`).digest();
  return {
    write(claims: object): string {
      const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${text}.${sign(text).toString('base64url')}`;
    },
    /** The claims; undefined for everything that `write` did not make. */
    read(token: string): unknown {
      const [text = '', signature = ''] = token.length > MAX_CHARS ? [] : token.split('.');
      if (!sameBytes(Buffer.from(signature, 'base64url'), sign(text))) return undefined;
      return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
    },
  };
};
