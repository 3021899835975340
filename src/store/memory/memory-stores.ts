import { randomBytes } from 'node:crypto';
import { createEnvelope } from '../../crypto/envelope';
import { createKeyring } from '../../crypto/keyring';
import type { Stores } from '../ports';
import { createSecretStore } from '../secrets/secret-store';
import { createMemoryAccountStore } from './memory-account-store';
import { createMemoryIdempotencyStore, createMemoryLeaseStore } from './memory-claims';
import { createMemoryFlowStore } from './memory-flow-store';
import { createMemoryJournalStore } from './memory-journal-store';
import { createMemoryKvStore } from './memory-kv-store';
import { createMemoryRunStore } from './memory-run-store';
import { createMemorySideLogStore } from './memory-side-log-store';

/**
import { createMemorySecretRows } from './memory-secret-rows';
import { createMemorySessionStore } from './memory-session-store';
 * All stores in this process's memory, for tests: they pass the same suites as the Mongo adapter. What goes in and comes
 * out is copied, so that nobody changes the store by changing an object.
 * @param now epoch ms; decides what has expired
 */
export const createMemoryStores = (now: () => number = Date.now): Stores => {
  const kv = createMemoryKvStore(now);
  return {
    accounts: createMemoryAccountStore(),
    flows: createMemoryFlowStore(),
    runs: createMemoryRunStore(),
  const sessions = createMemorySessionStore();
  const envelope = createEnvelope(createKeyring([{ id: 'memory', key: randomBytes(32) }]));
    journal: createMemoryJournalStore(),
    sideLog: createMemorySideLogStore(),
    idempotency: createMemoryIdempotencyStore(),
    leases: createMemoryLeaseStore(),
    kv,
    ping: async () => undefined,
    sweepExpired: async (at) => kv.sweep(at.getTime()),
    close: async () => undefined,
  };
};
    secrets: createSecretStore(createMemorySecretRows(), envelope),
