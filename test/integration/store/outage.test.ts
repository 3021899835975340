import { setTimeout as sleep } from 'node:timers/promises';
import type { Stores } from '../../../src/store/ports';
import { connectStores } from '../../../src/store/mongo';
import { aRun, newId } from '../../contract/store-factories';
import { TEST_KEYS } from '../../support/encryption-keys';
import { startTestMongo, type TestMongo } from '../../support/engines';
import { createRecordingLogger } from '../../support/recording-logger';
import { startFreezableProxy, type FreezableProxy } from './freezable-proxy';

const LIMIT_MS = 5_000;

/** Every kind of operation answers `unavailable` in time, also several at once on one connection. */
const expectUnavailable = async (stores: Stores): Promise<void> => {
  const started = Date.now();
  const page = { limit: 10, offset: 0 };
  const operations: Promise<unknown>[] = [
    stores.runs.getById('run_x'),
    stores.runs.insert(aRun()),
    stores.runs.list('ws_1', {}, page),
    stores.runs.applyHead('run_x', { seq: 1 }),
    stores.journal.read('run_x', 0, 10),
    stores.kv.increment('ws_1', 'k', 1, { operationId: newId('op') }),
    stores.ping(),
  ];
  const results = await Promise.allSettled(operations);
  const took = Date.now() - started;
  for (const result of results) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { name: 'RepriseError', code: 'unavailable', details: { retryAfterSeconds: 2 } },
    });
  }
  expect(took).toBeLessThan(LIMIT_MS);
};

/** How long it takes until an operation works again, ms. */
const recovery = async (stores: Stores): Promise<number> => {
  const started = Date.now();
  for (;;) {
    const works = await stores.runs.getById('run_x').then(
      () => true,
      () => false,
    );
    if (works) return Date.now() - started;
    if (Date.now() - started > 20_000) throw new Error('no recovery within 20 s');
    await sleep(100);
  }
};

describe('an outage of the database', () => {
  let mongo: TestMongo;
  let proxy: FreezableProxy;
  let stores: Stores;
  beforeAll(async () => {
    mongo = await startTestMongo();
    const uri = new URL(mongo.uri);
    proxy = await startFreezableProxy({ host: uri.hostname, port: Number(uri.port) });
    uri.port = String(proxy.port);
    stores = await connectStores({ uri: uri.toString(), logger: createRecordingLogger().logger, encryptionKeys: TEST_KEYS });
  });
  afterAll(async () => {
    await stores.close();
    await proxy.close();
    await mongo.stop();
  });

  test('a killed server is unavailable in time; back, it serves again without a restart of ours', async () => {
    const run = aRun();
    await stores.runs.insert(run);
    await mongo.kill();
    await expectUnavailable(stores);
    await expectUnavailable(stores);
    await mongo.restart();
    expect(await recovery(stores)).toBeLessThan(10_000);
    expect(await stores.runs.getById(run.id)).toEqual(run);
  });

  test('a server that hangs is unavailable in time; when it wakes it serves again', async () => {
    const run = aRun();
    await stores.runs.insert(run);
    proxy.freeze();
    await expectUnavailable(stores);
    await expectUnavailable(stores);
    proxy.thaw();
    expect(await recovery(stores)).toBeLessThan(10_000);
    expect(await stores.runs.getById(run.id)).toEqual(run);
  });

  test('a write that met the outage can be repeated: claims and operation ids make it one', async () => {
    const operation = { operationId: newId('op') };
    await stores.kv.set('ws_1', 'n', 1, { operationId: newId('op') });
    proxy.freeze();
    await expect(stores.kv.increment('ws_1', 'n', 1, operation)).rejects.toMatchObject({ code: 'unavailable' });
    proxy.thaw();
    await recovery(stores);
    await stores.kv.increment('ws_1', 'n', 1, operation);
    expect(await stores.kv.get('ws_1', 'n')).toEqual({ found: true, value: 2 });
  });
});
