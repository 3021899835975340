import type { Principal, Role } from '../../src/flow';
import { createAccessServices } from '../../src/service/access-services';
import { makeAccount } from '../../src/service/accounts/make-account';
import { createAuditService } from '../../src/service/audit/audit-service';
import { createAuditTrail } from '../../src/service/audit/trail';
import type { PasswordHasher } from '../../src/service/auth/passwords';
import { makeWorkspace } from '../../src/service/make-workspace';
import { createMemoryStores } from '../../src/store/memory';
import type { Account, Stores } from '../../src/store/ports';
import { plainHasher, SECRET } from './fake-services';
import { createRecordingLogger } from './recording-logger';

export const PASSWORD = 'a long enough one, of 2026';
export const REQUEST = { id: 'req_1', address: '192.0.2.1' };

/** A workspace with one admin, and the use cases of access over memory stores; time stands still unless moved. */
export async function createAccessWorld(
  options: { readonly passwords?: PasswordHasher; readonly prepare?: (stores: Stores) => void } = {},
) {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const now = (): number => clock.ms;
  const stores = createMemoryStores(now);
  options.prepare?.(stores);
  const { logger, lines } = createRecordingLogger();
  const passwords = options.passwords ?? plainHasher;
  const audit = createAuditTrail({ audit: stores.audit, logger, now });
  const services = createAccessServices({ stores, jwtSecret: SECRET, passwords, audit, logger, now });
  const deps = { stores, passwords, audit, now };
  const { workspace, admin } = await makeWorkspace(deps, {
    name: 'Acme',
    admin: { name: 'Ada', email: 'Ada@Example.com', password: PASSWORD },
  });
  const login = (email = admin.email, password = PASSWORD, refresh = false) =>
    services.auth.login({ username: email, password, refresh, request: REQUEST });
  const signIn = async (email = admin.email): Promise<Principal> =>
    services.auth.authenticate((await login(email)).token, REQUEST);
  let count = 0;
  const add = (role: Role, to = workspace.id): Promise<Account> => {
    count += 1;
    const members = { workspace: to, name: role, email: `${role}${count}@example.com`, password: PASSWORD, role };
    return makeAccount({ accounts: stores.accounts, passwords, now }, members);
  };
  /** What the trail has, newest first: action and target. */
  const trail = async (): Promise<string[]> =>
    (await stores.audit.list(workspace.id, {}, undefined, 100)).map(({ action, target }) => `${action} ${target.id}`);
  return {
    ...services,
    deps,
    clock,
    stores,
    lines,
    workspace,
    admin,
    login,
    signIn,
    add,
    trail,
    log: createAuditService(stores),
  };
}
export type AccessWorld = Awaited<ReturnType<typeof createAccessWorld>>;
