import { makeFirstAdmin } from '../../../src/bin/wiring/first-admin';
import { createMemoryStores } from '../../../src/store/memory';
import { createRecordingLogger } from '../../support/recording-logger';

const { logger } = createRecordingLogger();
const email = 'admin@example.com';

test('a weak password of the first admin is refused by the name of its variable, without showing it', async () => {
  const attempt = makeFirstAdmin(createMemoryStores(), logger, { email, password: 'password1234' });
  await expect(attempt).rejects.toThrow(/REPRISE_ADMIN_PASSWORD is one that everybody tries first/);
  await expect(attempt).rejects.not.toThrow(/password1234/);
});

test('with a strong one the store has its first workspace and admin, once', async () => {
  const stores = createMemoryStores();
  const admin = { email, password: 'a long enough one, of 2026' };
  expect((await makeFirstAdmin(stores, logger, admin)).created).toBe(true);
  expect((await makeFirstAdmin(stores, logger, admin)).created).toBe(false);
  expect(await stores.workspaces.list()).toHaveLength(1);
});
