import { createPasswordHasher } from '../../../src/service/auth/passwords';
import { createAuditTrail } from '../../../src/service/audit/trail';
import { bootstrapAdmin } from '../../../src/service/bootstrap-admin';
import { createMemoryStores } from '../../../src/store/memory';
import { createRecordingLogger } from '../../support/recording-logger';

const ADMIN = { email: 'Admin@Example.com', password: 'a long enough one, of 2026' };
const createDeps = () => {
  const stores = createMemoryStores();
  const { logger } = createRecordingLogger();
  const now = Date.now;
  return { stores, passwords: createPasswordHasher(), audit: createAuditTrail({ audit: stores.audit, logger, now }), now };
};

describe('the first admin', () => {
  test('is made once, with a workspace of its own and an argon2id hash', async () => {
    const deps = createDeps();
    const first = await bootstrapAdmin(deps, ADMIN);
    expect(first).toMatchObject({ created: true, account: { role: 'admin', tokenVersion: 1 } });
    expect(first.account?.id).toMatch(/^acct_[0-9A-Z]{26}$/);
    expect(first.account?.workspace).toMatch(/^ws_[0-9A-Z]{26}$/);
    expect(first.account?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await deps.stores.workspaces.list()).map(({ id }) => id)).toEqual([first.account?.workspace]);
    const again = await bootstrapAdmin(deps, { ...ADMIN, password: 'other' });
    expect(again).toEqual({ created: false, account: first.account });
    expect(await deps.stores.accounts.count()).toBe(1);
  });

  test('another e-mail later adds nobody', async () => {
    const deps = createDeps();
    await bootstrapAdmin(deps, ADMIN);
    expect(await bootstrapAdmin(deps, { email: 'b@example.com', password: 'x' })).toEqual({ created: false });
  });

  test('two processes that start at once make one', async () => {
    const deps = createDeps();
    const both = await Promise.all([bootstrapAdmin(deps, ADMIN), bootstrapAdmin(deps, ADMIN)]);
    expect(both.filter(({ created }) => created)).toHaveLength(1);
    expect(both[0].account?.id).toBe(both[1].account?.id);
    expect(await deps.stores.workspaces.list()).toHaveLength(1);
  });

  test('a weak password is refused and makes nothing', async () => {
    const deps = createDeps();
    await expect(bootstrapAdmin(deps, { ...ADMIN, password: 'password1234' })).rejects.toMatchObject({
      code: 'validation_error',
    });
    expect(await deps.stores.accounts.count()).toBe(0);
    expect(await deps.stores.workspaces.list()).toEqual([]);
  });
});
