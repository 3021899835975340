/** K4: the rotation of encryption keys while secrets are read and replaced. */
import { connectStores, type MongoStores } from '../../../src/store/mongo';
import { at, newId } from '../../contract/store-factories';
import { aKey } from '../../support/encryption-keys';
import { sharedEngines } from '../../support/engines';
import { createRecordingLogger } from '../../support/recording-logger';
import { createTally, expectGood } from '../../support/tally';
import { rawModels } from './raw-database';

const { mongodbUri } = sharedEngines();
const [OLD, NEW] = [aKey('old'), aKey('new')];
const open = (...encryptionKeys: (typeof OLD)[]): Promise<MongoStores> =>
  connectStores({ uri: mongodbUri, logger: createRecordingLogger().logger, encryptionKeys, standIn: false });
const SECRETS = 150;

test('no read fails while the keys change, and nothing stays under the old one', async () => {
  const owner = { workspace: newId('ws'), account: newId('acct') };
  const keys = Array.from({ length: SECRETS }, (_, n) => `K${n}`);
  const before = await open(OLD);
  for (const key of keys) await before.secrets.create(owner, { key, value: `value of ${key}`, allowedHosts: [] }, at(1));
  await before.close();

  // As docs/secrets.md says: first every process can read with both, then the new one wraps.
  const [api, rotating] = [await open(OLD, NEW), await open(NEW, OLD)];
  const tally = createTally('K4 reads during a rotation');
  let done = false;
  const readAll = async (): Promise<void> => {
    for (let n = 0; !done; n += 1) {
      const key = keys[n % keys.length] ?? '';
      const [secret] = await api.secrets.open(owner, [key]).catch(() => []);
      tally.count(/^(value of|replaced) K\d+$/.test(secret?.value ?? ''), () => `${key}: ${secret?.value ?? 'failed'}`);
    }
  };
  const replaceSome = async (): Promise<void> => {
    for (let n = 0; !done; n += 7) {
      const key = keys[n % keys.length] ?? '';
      await rotating.secrets.replace(owner, key, { value: `replaced ${key}` }, at(2));
    }
  };
  const load = [readAll(), readAll(), replaceSome()];
  const { rewrapped } = await rotating.secrets.rewrap();
  done = true;
  await Promise.all(load);
  expect(rewrapped).toBeGreaterThanOrEqual(SECRETS);
  expectGood(tally, 100);

  const after = await open(NEW);
  const left = createTally('K4 secrets that need the old key');
  for (const { key, value } of await after.secrets.open(owner, keys)) left.count(value.endsWith(key), () => key);
  expectGood(left, SECRETS);
  const models = await rawModels(mongodbUri);
  expect(await models.secrets.countDocuments({ workspace: owner.workspace, kek: 'old' })).toBe(0);
  await models.secrets.db.close();
  for (const stores of [api, rotating, after]) await stores.close();
}, 120_000);
