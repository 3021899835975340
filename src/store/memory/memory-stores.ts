import { randomBytes } from 'node:crypto';
import { createEnvelope } from '../../crypto/envelope';
import { createKeyring } from '../../crypto/keyring';
import type { Stores } from '../ports';
import { createSecretStore } from '../secrets/secret-store';
import { createSlotStore } from '../slots/slot-store';
import { createMemoryAccountStore } from './memory-account-store';
import { createMemoryApiKeyStore } from './memory-api-key-store';
import { createMemoryApprovalStore } from './memory-approval-store';
import { createMemoryAuditStore } from './memory-audit-store';
import { createMemoryBulkStore } from './memory-bulk-store';
import { createMemoryIdempotencyStore, createMemoryLeaseStore } from './memory-claims';
import { createMemoryFlowStore } from './memory-flow-store';
import { createMemoryJournalStore } from './memory-journal-store';
import { createMemoryKvStore } from './memory-kv-store';
import { createMemoryLinkEnds } from './memory-link-ends';
import { createMemoryLoginAttempts } from './memory-login-attempts';
import { createMemoryRunStore } from './memory-run-store';
import { createMemoryScheduleStore } from './memory-schedule-store';
import { createMemorySlotRows } from './memory-slot-rows';
import { createMemorySecretRows } from './memory-secret-rows';
import { createMemorySessionStore } from './memory-session-store';
import { createMemorySideLogStore } from './memory-side-log-store';
import { createMemoryWorkspaceStore } from './memory-workspace-store';

/**
 * All stores in this process's memory, for tests: they pass the same suites as the Mongo adapter. What goes in and comes
 * out is copied, so that nobody changes the store by changing an object.
 * @param now epoch ms; decides what has expired
 */
export const createMemoryStores = (now: () => number = Date.now): Stores => {
  const kv = createMemoryKvStore(now);
  const sessions = createMemorySessionStore();
  const linkEnds = createMemoryLinkEnds();
  const runs = createMemoryRunStore();
  const envelope = createEnvelope(createKeyring([{ id: 'memory', key: randomBytes(32) }]));
  return {
    workspaces: createMemoryWorkspaceStore(),
    accounts: createMemoryAccountStore(),
    sessions,
    apiKeys: createMemoryApiKeyStore(),
    loginAttempts: createMemoryLoginAttempts(),
    audit: createMemoryAuditStore(),
    flows: createMemoryFlowStore(),
    runs,
    journal: createMemoryJournalStore(),
    sideLog: createMemorySideLogStore(),
    idempotency: createMemoryIdempotencyStore(),
    leases: createMemoryLeaseStore(),
    linkEnds,
    schedules: createMemoryScheduleStore(),
    bulk: createMemoryBulkStore(),
    slots: createSlotStore(createMemorySlotRows(), runs, now),
    kv,
    secrets: createSecretStore(createMemorySecretRows(), envelope),
    approvals: createMemoryApprovalStore(),
    ping: async () => undefined,
    sweepExpired: async (at) => kv.sweep(at.getTime()) + sessions.sweep(at) + linkEnds.sweep(at),
    close: async () => undefined,
  };
};
