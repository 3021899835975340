import { connectStores, type MongoStores } from '../../../src/store/mongo';
import { anAccount, aRun, newId } from '../../contract/store-factories';
import { TEST_KEYS } from '../../support/encryption-keys';
import { sharedEngines } from '../../support/engines';
import { rawModels } from './raw-database';
import { createRecordingLogger } from '../../support/recording-logger';

const { logger } = createRecordingLogger();

describe('connectStores', () => {
  let stores: MongoStores;
  let now = 1_000_000_000_000;
  const { mongodbUri, standIn } = sharedEngines();
  beforeAll(async () => {
    stores = await connectStores({ uri: mongodbUri, logger, encryptionKeys: TEST_KEYS, now: () => now });
  });
  afterAll(() => stores.close());

  test('says whether the server is the stand-in', () => {
    expect(stores.standIn).toBe(standIn);
  });

  test('the index step can be repeated, also at the same time', async () => {
    await Promise.all([stores.ensureIndexes(), stores.ensureIndexes()]);
    await stores.ensureIndexes();
    await expect(stores.ping()).resolves.toBeUndefined();
  });

  test('several connections live in one process, each on its own', async () => {
    const other = await connectStores({ uri: mongodbUri, logger, encryptionKeys: TEST_KEYS });
    const run = aRun();
    await stores.runs.insert(run);
    expect(await other.runs.getById(run.id)).toEqual(run);
    await other.close();
    expect(await stores.runs.getById(run.id)).toEqual(run);
    await expect(other.runs.getById(run.id)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('a server that is not there is unavailable within 5 s', async () => {
    const started = Date.now();
    await expect(connectStores({ uri: 'mongodb://127.0.0.1:9/none', logger, encryptionKeys: TEST_KEYS })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  test('an operator in place of an id finds nothing', async () => {
    await stores.runs.insert(aRun());
    for (const hostile of [{ $ne: null }, { $gt: '' }, { $regex: '.' }, { $where: '1' }, ['a']]) {
      const found = await stores.runs.getById(hostile as unknown as string).catch(() => undefined);
      expect(found).toBeUndefined();
      const page = await stores.runs.list(hostile as unknown as string, {}, { limit: 1, offset: 0 }).catch(() => ({ total: 0 }));
      expect(page.total).toBe(0);
    }
  });

  test('an e-mail whose account was never written is free again after a minute', async () => {
    const { emails } = await rawModels(mongodbUri);
    const [young, old] = [anAccount(), anAccount()];
    await emails.collection.insertMany([
      { _id: young.email, accountId: 'acct_lost', claimedAt: new Date() },
      { _id: old.email, accountId: 'acct_lost', claimedAt: new Date(Date.now() - 61_000) },
    ] as never[]);
    expect(await stores.accounts.insert(young)).toBe(false);
    expect(await stores.accounts.insert(old)).toBe(true);
    expect(await stores.accounts.findByEmail(old.email)).toEqual(old);
    await emails.db.close();
  });

  test('the sweeper takes what has expired and keeps what is remembered', async () => {
    const ws = newId('ws');
    await stores.sweepExpired(new Date(now));
    await stores.kv.set(ws, 'gone', 1, { operationId: newId('op'), ttlMs: 1_000 });
    await stores.kv.set(ws, 'stays', 1, { operationId: newId('op') });
    const again = { operationId: newId('op') };
    await stores.kv.increment(ws, 'stays', 1, again);
    await stores.kv.increment(ws, 'stays', 1, { operationId: newId('op') });
    const day = 24 * 3_600_000;
    expect(await stores.sweepExpired(new Date(now + 6 * day))).toBe(0);
    expect(await stores.kv.increment(ws, 'stays', 1, again)).toBe(2);
    now += 8 * day;
    // The entry that expired, and what `stays` remembered of its first two operations.
    expect(await stores.sweepExpired(new Date(now))).toBe(3);
    expect(await stores.kv.get(ws, 'stays')).toEqual({ found: true, value: 3 });
  });

  test('old lease terms are swept', async () => {
    await stores.leases.acquire('reconciler', 1, 'me');
    expect(await stores.sweepExpired(new Date(Date.now() + 25 * 3_600_000))).toBeGreaterThanOrEqual(1);
    expect(await stores.leases.acquire('reconciler', 1, 'another')).toBe(true);
  });
});
