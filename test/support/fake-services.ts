import type { Role } from '../../src/flow';
import { createAuthService } from '../../src/service/auth/auth-service';
import { createLoginThrottle } from '../../src/service/auth/login-throttle';
import type { PasswordHasher } from '../../src/service/auth/passwords';
import { createAccessTokens } from '../../src/service/auth/tokens';
import type { Services } from '../../src/service/contract';
import { createFakeAccountStore } from './fake-account-store';
import { createFakeFlowService } from './fake-flow-service';
import { createFakeRunService } from './fake-run-service';

export const SECRET = 'a secret of tests, thirty-two bytes and more';
const PASSWORD = 'your-password';

/** As slow as it must be for a test: not at all. The real one has tests of its own. */
const plainHasher: PasswordHasher = {
  hash: async (password) => `plain:${password}`,
  verify: async (stored, password) => stored === `plain:${password}`,
};

/** All use cases in memory, with real tokens and log-in over a fake account store. Time stands still unless moved. */
export function createFakeServices() {
  const clock = { ms: Date.UTC(2026, 0, 1, 12) };
  const now = (): Date => new Date(clock.ms);
  const store = createFakeAccountStore();
  const tokens = createAccessTokens({ secret: SECRET, now: () => clock.ms });
  const throttle = createLoginThrottle({ now: () => clock.ms });
  const auth = createAuthService({
    accounts: store,
    tokens,
    throttle,
    passwords: plainHasher,
    accountCacheMs: 0,
    now: () => clock.ms,
  });
  const flows = createFakeFlowService(now);
  const runs = createFakeRunService(flows.find, now);
  const readiness = { ready: true, checks: { temporal: 'ok', mongodb: 'ok' } as Record<string, 'ok' | 'down'> };
  const services: Services = { flows, runs, auth, readiness: async () => readiness };

  /** Adds an account and answers a bearer token of it. */
  const signIn = async (role: Role, workspace = 'ws_1'): Promise<string> => {
    const id = `acct_${workspace}_${role}`;
    const email = `${role}@${workspace}.example`;
    await store.insert({
      id,
      workspace,
      name: role,
      email,
      role,
      passwordHash: `plain:${PASSWORD}`,
      tokenVersion: 1,
      createdAt: now(),
      updatedAt: now(),
    });
    return tokens.issue({ accountId: id, tokenVersion: 1 }).token;
  };
  return { services, flows, runs, store, tokens, clock, readiness, signIn };
}
export type FakeServices = ReturnType<typeof createFakeServices>;
