/**
 * Envelope encryption (design §5): each secret has a data key, which a key-encryption key wraps. Both texts are bound to their
 * place, so that one that is moved to another account, key or version does not open.
 */
import { randomBytes } from 'node:crypto';
import { decrypt, decryptionFailed, encrypt, fromText, toText } from './aes-gcm';
import type { Keyring } from './keyring';

/** Whose secret, and which. */
export interface SecretPlace {
  readonly workspace: string;
  readonly account: string;
  readonly key: string;
}
/** The data key under the key-encryption key `kek`. It stays for the life of the secret. */
export interface WrappedKey {
  readonly kek: string;
  readonly wrapped: string;
}

export interface Envelope {
  /** Id of the key that wraps from now on. */
  readonly current: string;
  newKey(place: SecretPlace): WrappedKey;
  seal(place: SecretPlace, wrapped: string, version: number, value: string): string;
  /** Throws `decryption_failed`, `key_missing`. */
  open(place: SecretPlace, wrapped: string, version: number, sealed: string): string;
  /** The same data key under the current key; the value is not touched. Throws like `open`. */
  rewrap(place: SecretPlace, wrapped: string): WrappedKey;
}

const DATA_KEY_ID = 'data';

const aadOf = ({ workspace, account, key }: SecretPlace, what: string | number): Buffer =>
  Buffer.from(JSON.stringify([workspace, account, key, what]));

export const createEnvelope = (keyring: Keyring): Envelope => {
  const { id: current, key: currentKey } = keyring.current;
  const wrap = (place: SecretPlace, dataKey: Uint8Array): WrappedKey => ({
    kek: current,
    wrapped: toText(current, encrypt(currentKey, dataKey, aadOf(place, 'key'))),
  });
  const unwrap = (place: SecretPlace, wrapped: string): Buffer => {
    const { keyId, box } = fromText(wrapped);
    return decrypt(keyring.find(keyId), box, aadOf(place, 'key'));
  };
  return {
    current,
    newKey: (place) => wrap(place, randomBytes(32)),
    seal: (place, wrapped, version, value) =>
      toText(DATA_KEY_ID, encrypt(unwrap(place, wrapped), Buffer.from(value), aadOf(place, version))),
    open(place, wrapped, version, sealed) {
      const { keyId, box } = fromText(sealed);
      if (keyId !== DATA_KEY_ID) throw decryptionFailed();
      return decrypt(unwrap(place, wrapped), box, aadOf(place, version)).toString('utf8');
    },
    rewrap: (place, wrapped) => wrap(place, unwrap(place, wrapped)),
  };
};
