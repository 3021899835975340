/** What depends on the store's claims, on a real one: with two API processes on it, so nothing that one remembers helps. */
import { isRepriseError } from '../../../src/flow';
import { createAccessServices } from '../../../src/service/access-services';
import { createAuditTrail } from '../../../src/service/audit/trail';
import { makeWorkspace } from '../../../src/service/make-workspace';
import { connectStores, type MongoStores } from '../../../src/store/mongo';
import { TEST_KEYS } from '../../support/encryption-keys';
import { sharedEngines } from '../../support/engines';
import { plainHasher, SECRET } from '../../support/fake-services';
import { createRecordingLogger } from '../../support/recording-logger';
import { createTally, expectGood } from '../../support/tally';

const codeOf = (error: unknown): unknown => (isRepriseError(error) ? error.code : error);
const PASSWORD = 'a long enough one, of 2026';
let stores: MongoStores;
let count = 0;
beforeAll(async () => {
  const { logger } = createRecordingLogger();
  stores = await connectStores({ uri: sharedEngines().mongodbUri, logger, encryptionKeys: TEST_KEYS });
  await stores.ensureIndexes();
});
afterAll(() => stores.close());

async function createWorld() {
  count += 1;
  const { logger } = createRecordingLogger();
  const now = Date.now;
  const audit = createAuditTrail({ audit: stores.audit, logger, now });
  const parts = { stores, jwtSecret: SECRET, passwords: plainHasher, audit, logger, now };
  const processes = [createAccessServices(parts), createAccessServices(parts)] as const;
  const email = `admin${count}.${now()}@example.com`;
  const admin = { name: 'Ada', email, password: PASSWORD };
  const made = await makeWorkspace({ stores, passwords: plainHasher, audit, now }, { name: 'Acme', admin });
  const [{ auth }] = processes;
  const login = (password = PASSWORD, address = '192.0.2.1', n = 0) =>
    (n % 2 === 0 ? processes[0] : processes[1]).auth.login({
      username: email,
      password,
      refresh: true,
      request: { id: `req_${n}`, address },
    });
  return { ...made, auth, processes, login };
}
const REQUEST = { id: 'req_1', address: '192.0.2.1' };

test('A5 20 parallel refreshes at two processes: one success', async () => {
  const tally = createTally('A5 20 parallel refreshes on the store: one success');
  const { processes, login } = await createWorld();
  for (let round = 0; round < 5; round += 1) {
    const { refreshToken = '' } = await login();
    const refresh = (n: number) => (n % 2 === 0 ? processes[0] : processes[1]).auth.refresh({ refreshToken, request: REQUEST });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => refresh(n)));
    tally.count(answers.filter(({ status }) => status === 'fulfilled').length === 1, () => `round ${round}`);
  }
  expectGood(tally, 5);
}, 60_000);

test('A7 parallel guesses at two processes: ten reach the password', async () => {
  const { login } = await createWorld();
  const codes = await Promise.all(Array.from({ length: 40 }, (_, n) => login('guess', `198.51.100.${n}`, n).catch(codeOf)));
  expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10);
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(30);
}, 60_000);

test('log-out, a new password, a revoked key and a deleted account end at the other process at once', async () => {
  const { processes, auth, login } = await createWorld();
  const [here, there] = processes;
  const tally = createTally('A5 ended at one process, used at the other');
  const refused = async (bearer: string, what: string) => {
    const code = await there.auth.authenticate(bearer).catch(codeOf);
    tally.count(code === 'unauthorized', () => what);
  };
  const first = await login();
  await there.auth.authenticate(first.token);
  await here.auth.logout(await auth.authenticate(first.token));
  await refused(first.token, 'log-out');

  const admin = await auth.authenticate((await login()).token, REQUEST);
  const { key, apiKey } = await here.apiKeys.create(admin, { name: 'CI', scopes: ['flows:read'] });
  await there.auth.authenticate(key);
  await here.apiKeys.remove(admin, apiKey.id);
  await refused(key, 'revoked key');

  const email = `user${count}.${Date.now()}@example.com`;
  const user = await here.accounts.create(admin, { name: 'Bob', email, password: PASSWORD, role: 'user' });
  const signIn = async (password: string) => (await here.auth.login({ username: email, password, request: REQUEST })).token;
  const before = await signIn(PASSWORD);
  await here.accounts.changePassword(admin, user.id, { password: 'another long one, of 2027' });
  await refused(before, 'new password');
  const after = await signIn('another long one, of 2027');
  await here.accounts.remove(admin, user.id);
  await refused(after, 'deleted account');
  expectGood(tally, 4);
});

test('admins who leave at the same time leave one', async () => {
  const { processes, auth, login, admin } = await createWorld();
  const me = await auth.authenticate((await login()).token, REQUEST);
  const others = [];
  for (let n = 0; n < 3; n += 1) {
    const email = `other${n}.${count}.${Date.now()}@example.com`;
    others.push(await processes[0].accounts.create(me, { name: 'x', email, password: PASSWORD, role: 'admin' }));
  }
  await Promise.allSettled(
    [admin, ...others].map(({ id }, n) => (n % 2 === 0 ? processes[0] : processes[1]).accounts.update(me, id, { role: 'user' })),
  );
  expect(await stores.accounts.countAdmins(me.workspace)).toBeGreaterThanOrEqual(1);
});
