import { isRepriseError } from '../../../src/flow';
import { createAuthService } from '../../../src/service/auth/auth-service';
import { createLoginThrottle } from '../../../src/service/auth/login-throttle';
import { createPasswordHasher } from '../../../src/service/auth/passwords';
import { createAccessTokens } from '../../../src/service/auth/tokens';
import { bootstrapAdmin } from '../../../src/service/bootstrap-admin';
import { createFakeAccountStore } from '../../support/fake-account-store';
import { SECRET } from '../../support/fake-services';

const codeOf = (error: unknown): unknown => (isRepriseError(error) ? error.code : error);
const ADMIN = { email: 'Admin@Example.com', password: 'correct horse battery staple' };

async function createWorld(options: { readonly accountCacheMs?: number; readonly attempts?: number } = {}) {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const now = (): number => clock.ms;
  const store = createFakeAccountStore();
  const passwords = createPasswordHasher();
  const { account } = await bootstrapAdmin({ accounts: store, passwords }, ADMIN);
  if (account === undefined) throw new Error('no admin');
  const tokens = createAccessTokens({ secret: SECRET, now });
  const limit = { attempts: options.attempts ?? 10, windowMs: 60_000 };
  const throttle = createLoginThrottle({ now, perAccount: limit, perAddress: { attempts: 1000, windowMs: 60_000 } });
  const service = createAuthService({
    accounts: store,
    tokens,
    passwords,
    throttle,
    accountCacheMs: options.accountCacheMs ?? 0,
    now,
  });
  const login = async (username = ADMIN.email, password = ADMIN.password) =>
    service.login({ username, password, address: '127.0.0.1' });
  return { clock, store, service, login, account };
}

describe('log-in', () => {
  test('answers a token of 15 minutes that authenticates as the account', async () => {
    const { service, login, account, clock } = await createWorld();
    const { token, expiresAt, accountId } = await login();
    expect(expiresAt.getTime() - clock.ms).toBe(15 * 60_000);
    expect(accountId).toBe(account.id);
    expect(await service.authenticate(token)).toMatchObject({ accountId: account.id, workspace: account.workspace, role: 'admin' });
    clock.ms = expiresAt.getTime();
    await expect(service.authenticate(token)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('the user name is the e-mail in any case', async () => {
    const { login } = await createWorld();
    await expect(login(' admin@EXAMPLE.com ')).resolves.toBeDefined();
  });

  test('a wrong password and an unknown user answer the same', async () => {
    const { login } = await createWorld();
    const errors = await Promise.all([login(ADMIN.email, 'wrong').catch(String), login('nobody@example.com').catch(String)]);
    expect(errors[0]).toBe(errors[1]);
    expect(errors[0]).toMatch(/wrong/);
  });

  test('both do the work of one hash', async () => {
    const hasher = createPasswordHasher();
    const stored = await hasher.hash('x');
    const timed = async (hash: string | undefined): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 15; round += 1) {
        const started = performance.now();
        await hasher.verify(hash, 'y');
        times.push(performance.now() - started);
      }
      return times.toSorted((a, b) => a - b)[7] ?? 0;
    };
    const [known, unknown] = [await timed(stored), await timed(undefined)];
    // Loose, because the machine is shared; a skipped hash would be a factor of a thousand.
    expect(unknown / known).toBeGreaterThan(0.3);
    expect(unknown / known).toBeLessThan(3);
  });

  test('guesses are limited per account, parallel ones too, and the lock ends by itself', async () => {
    const { login, clock } = await createWorld({ attempts: 3 });
    const results = await Promise.all(Array.from({ length: 8 }, async () => login(ADMIN.email, 'guess').catch(codeOf)));
    expect(results.filter((code) => code === 'unauthorized')).toHaveLength(3);
    expect(results.filter((code) => code === 'rate_limited')).toHaveLength(5);
    await expect(login()).rejects.toMatchObject({ code: 'rate_limited', details: { retryAfterSeconds: 60 } });
    clock.ms += 60_000;
    await expect(login()).resolves.toBeDefined();
  });

  test('right passwords are never locked out by their own number', async () => {
    const { login } = await createWorld({ attempts: 3 });
    for (let round = 0; round < 6; round += 1) await expect(login()).resolves.toBeDefined();
  });
});

describe('authentication', () => {
  test('a bumped token version and a deleted account end their tokens', async () => {
    const { service, login, store, account } = await createWorld();
    const { token } = await login();
    store.rows.set(account.id, { ...account, tokenVersion: 2 });
    await expect(service.authenticate(token)).rejects.toMatchObject({ code: 'unauthorized' });
    store.rows.set(account.id, account);
    await expect(service.authenticate(token)).resolves.toBeDefined();
    store.rows.delete(account.id);
    await expect(service.authenticate(token)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('the cache reads once for many requests and ends within its time', async () => {
    const { service, login, store, account, clock } = await createWorld({ accountCacheMs: 5000 });
    const { token } = await login();
    let reads = 0;
    store.get = async (id) => {
      reads += 1;
      return store.rows.get(id);
    };
    await Promise.all(Array.from({ length: 20 }, async () => service.authenticate(token)));
    expect(reads).toBe(1);
    store.rows.set(account.id, { ...account, role: 'viewer', tokenVersion: account.tokenVersion });
    clock.ms += 5000;
    expect(await service.authenticate(token)).toMatchObject({ role: 'viewer' });
  });

  test('a store that fails is not remembered', async () => {
    const { service, login, store } = await createWorld({ accountCacheMs: 5000 });
    const { token } = await login();
    store.get = async () => Promise.reject(new Error('down'));
    await expect(service.authenticate(token)).rejects.toThrow('down');
    store.get = async (id) => store.rows.get(id);
    await expect(service.authenticate(token)).resolves.toBeDefined();
  });
});

describe('the first admin', () => {
  test('is made once, with a workspace of its own and an argon2id hash', async () => {
    const store = createFakeAccountStore();
    const first = await bootstrapAdmin({ accounts: store }, ADMIN);
    expect(first).toMatchObject({ created: true, account: { role: 'admin', tokenVersion: 1 } });
    expect(first.account?.id).toMatch(/^acct_[0-9A-Z]{26}$/);
    expect(first.account?.workspace).toMatch(/^ws_[0-9A-Z]{26}$/);
    expect(first.account?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const again = await bootstrapAdmin({ accounts: store }, { ...ADMIN, password: 'other' });
    expect(again).toEqual({ created: false, account: first.account });
    expect(store.rows.size).toBe(1);
  });

  test('another e-mail later adds nobody', async () => {
    const store = createFakeAccountStore();
    await bootstrapAdmin({ accounts: store }, ADMIN);
    expect(await bootstrapAdmin({ accounts: store }, { email: 'b@example.com', password: 'x' })).toEqual({ created: false });
  });

  test('two processes that start at once make one', async () => {
    const store = createFakeAccountStore();
    const both = await Promise.all([bootstrapAdmin({ accounts: store }, ADMIN), bootstrapAdmin({ accounts: store }, ADMIN)]);
    expect(both.filter(({ created }) => created)).toHaveLength(1);
    expect(both[0].account?.id).toBe(both[1].account?.id);
  });
});
