import { hkdfSync } from 'node:crypto';
import type { EncryptionKey } from '../config';
import { RepriseError } from '../flow';

/** Keys by id: the first one encrypts, all of them decrypt. */
export interface Keyring {
  readonly current: EncryptionKey;
  /** Throws RepriseError `key_missing` that names the id. */
  find(id: string): Uint8Array;
  /** Keys of the same ids for another purpose, so that one key is never used in two ways. */
  derive(purpose: string): Keyring;
}

/** Throws RepriseError `key_missing` when there is none. */
export const createKeyring = (keys: readonly EncryptionKey[]): Keyring => {
  const [current] = keys;
  if (current === undefined) throw new RepriseError('key_missing', 'There is no encryption key: set REPRISE_ENCRYPTION_KEYS');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  return {
    current,
    find(id) {
      const key = byId.get(id);
      if (key !== undefined) return key;
      throw new RepriseError(
        'key_missing',
        `The encryption key ${id.slice(0, 32)} is missing: put it back into REPRISE_ENCRYPTION_KEYS`,
        {
          details: { keyId: id.slice(0, 32) },
        },
      );
    },
    derive: (purpose) =>
      createKeyring(
        keys.map(({ id, key }) => ({ id, key: new Uint8Array(hkdfSync('sha256', key, '', `reprise:${purpose}`, 32)) })),
      ),
  };
};
