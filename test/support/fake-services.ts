import type { Principal, Role } from '../../src/flow';
import { createRunCloser } from '../../src/projection';
import { createApprovalLinks } from '../../src/service/approvals/links';
import { createApprovalService } from '../../src/service/approvals/approval-service';
import { createAccessServices } from '../../src/service/access-services';
import { createAuditService } from '../../src/service/audit/audit-service';
import { auditedApprovals } from '../../src/service/audit/audited-approvals';
import { auditedFlows } from '../../src/service/audit/audited-flows';
import { auditedRuns } from '../../src/service/audit/audited-runs';
import { createAuditTrail } from '../../src/service/audit/trail';
import type { PasswordHasher } from '../../src/service/auth/passwords';
import { createSessions } from '../../src/service/auth/sessions';
import type { Services } from '../../src/service/contract';
import { createVersionCache } from '../../src/service/runs/plan-cache';
import { createSecretService } from '../../src/service/secrets/secret-service';
import { createScheduleService } from '../../src/service/schedules/schedule-service';
import { createBulkService } from '../../src/service/bulk/bulk-service';
import { createBulkWorker } from '../../src/service/bulk/bulk-worker';
import { createKvService } from '../../src/service/kv/kv-service';
import { createLiveService } from '../../src/service/live/live-service';
import { createPlayService } from '../../src/service/plays/play-service';
import { createMemoryArtifactStore, createMemoryStores } from '../../src/store/memory';
import { createFakeFlowService } from './fake-flow-service';
import { createFakeRunService } from './fake-run-service';
import { createFakeTemporal } from './fake-temporal';
import { createRecordingLogger } from './recording-logger';

export const SECRET = 'a secret of tests, thirty-two bytes and more';
const PASSWORD = 'your-password';

/** As slow as it must be for a test: not at all. The real one has tests of its own. */
export const plainHasher: PasswordHasher = {
  hash: async (password) => `plain:${password}`,
  verify: async (stored, password) => stored === `plain:${password}`,
};

/** Flows and runs in memory; accounts, sessions, keys and audit are the real use cases over memory stores. Time stands still unless moved. */
export function createFakeServices() {
  const clock = { ms: Date.UTC(2026, 0, 1, 12) };
  const now = (): number => clock.ms;
  const at = (): Date => new Date(clock.ms);
  const stores = createMemoryStores(now);
  const { logger, lines: serviceLines } = createRecordingLogger();
  const audit = createAuditTrail({ audit: stores.audit, logger, now });
  const sessions = createSessions({ sessions: stores.sessions, jwtSecret: SECRET, now });
  const temporal = createFakeTemporal();
  const closer = createRunCloser({ engine: temporal, runs: stores.runs, logger });
  const flows = createFakeFlowService(at);
  const runs = createFakeRunService(flows.find, at);
  const readiness = { ready: true, checks: { temporal: 'ok', mongodb: 'ok' } as Record<string, 'ok' | 'down'> };
  const access = createAccessServices({ stores, jwtSecret: SECRET, passwords: plainHasher, audit, logger, now });
  const parts = {
    flows: auditedFlows(flows, audit),
    runs: auditedRuns(runs, audit),
    approvals: auditedApprovals(createApprovalService({ stores, temporal, clock: now }), audit),
  };
  const services: Services = {
    ...parts,
    approvalLinks: createApprovalLinks({
      stores,
      approvals: parts.approvals,
      findVersion: createVersionCache(stores.flows),
      jwtSecret: SECRET,
      audit,
      clock: now,
    }),
    plays: createPlayService(parts),
    kv: createKvService(stores.kv),
    bulk: createBulkService({
      stores,
      audit,
      clock: now,
      worker: createBulkWorker({ stores, runs: parts.runs, logger, clock: now, holder: 'test' }),
    }),
    schedules: createScheduleService({ stores, engine: temporal.schedules, audit, clock: now, searchable: false }),
    ...access,
    secrets: createSecretService({ stores, audit, now }),
    audit: createAuditService(stores),
    live: createLiveService({
      stores,
      artifacts: createMemoryArtifactStore(),
      closer,
      logger,
      findVersion: async () => undefined,
      auth: access.auth,
      jwtSecret: SECRET,
      clock: now,
      options: { credentialMs: 40 },
    }),
    readiness: async () => readiness,
  };

  /** Adds an account, once for each workspace and name, and answers a bearer token of it. */
  const signIn = async (role: Role, workspace = 'ws_1', name: string = role): Promise<string> => {
    const id = `acct_${workspace}_${name}`;
    const email = `${name}@${workspace}.example`;
    const dates = { createdAt: at(), updatedAt: at() };
    const passwordHash = `plain:${PASSWORD}`;
    await stores.accounts.insert({ id, workspace, name, email, role, groups: [], passwordHash, tokenVersion: 1, ...dates });
    const account = await stores.accounts.get(id);
    if (account === undefined) throw new Error('no account');
    return (await sessions.open(account)).token;
  };
  const principalOf = (token: string): Promise<Principal> =>
    services.auth.authenticate(token, { id: 'req_test', address: '192.0.2.9' });
  return { services, flows, runs, stores, temporal, sessions, clock, readiness, signIn, principalOf, serviceLines };
}
export type FakeServices = ReturnType<typeof createFakeServices>;
