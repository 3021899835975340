import { createHash } from 'node:crypto';
import type { EncryptionKey } from '../../src/config';

/** A key that is the same in every process of a test. */
export const aKey = (id: string): EncryptionKey => ({ id, key: createHash('sha256').update(`key ${id} of the tests`).digest() });

/** What every stack of the tests uses. */
export const TEST_KEYS: readonly EncryptionKey[] = [aKey('t1')];
