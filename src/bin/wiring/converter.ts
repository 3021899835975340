import type { DataConverter } from '@temporalio/common';
import { createDataConverter } from '../../codec/data-converter';
import type { EncryptionKey } from '../../config';
import { createKeyring } from '../../crypto/keyring';

/** How this installation writes payloads: the same for every client and worker. */
export const toConverter = (keys: readonly EncryptionKey[], encrypts: boolean): DataConverter =>
  createDataConverter({ keyring: createKeyring(keys), encrypts });
