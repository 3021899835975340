/**
 * What Temporal stores is encrypted by whoever writes it and opened by whoever reads it: inputs, results, signals, queries,
 * summaries, details of failures. Not ids, type names and search attributes.
 */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { decrypt, encrypt, fromBytes, toBytes } from '../crypto/aes-gcm';
import type { Keyring } from '../crypto/keyring';

const { Payload: PayloadType } = temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const AAD = Buffer.from('reprise:payload:1');
const text = (bytes: Uint8Array | null | undefined): string => (bytes ? Buffer.from(bytes).toString('utf8') : '');

export interface PayloadCodecOptions {
  /** Keys of secrets: those of payloads are derived from them. */
  readonly keyring: Keyring;
  /** False writes plain payloads; what was encrypted before is still opened. */
  readonly encrypts: boolean;
}

/**
 * AES-256-GCM, the key's id in the metadata. Plain payloads pass, so that signals which the Temporal UI sends arrive. Synchronous
 * inside: a payload takes microseconds.
 */
export const createPayloadCodec = ({ keyring, encrypts }: PayloadCodecOptions): PayloadCodec => {
  const keys = keyring.derive('payload');
  const { id, key } = keys.current;
  const metadata = { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(id) };

  const sealed = (payload: Payload): Payload => ({
    metadata,
    data: toBytes(encrypt(key, PayloadType.encode(payload).finish(), AAD)),
  });
  const opened = (payload: Payload): Payload => {
    if (text(payload.metadata?.['encoding']) !== ENCODING) return payload;
    const from = keys.find(text(payload.metadata?.['encryption-key-id']));
    return PayloadType.decode(decrypt(from, fromBytes(payload.data ?? new Uint8Array()), AAD));
  };
  return {
    encode: async (payloads) => (encrypts ? payloads.map(sealed) : payloads),
    decode: async (payloads) => payloads.map(opened),
  };
};
