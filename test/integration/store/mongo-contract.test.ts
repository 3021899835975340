import { connectStores, type MongoStores } from '../../../src/store/mongo';
import { accessStoreSuite } from '../../contract/access-stores.suite';
import { accountStoreSuite } from '../../contract/account-store.suite';
import { approvalStoreSuite } from '../../contract/approval-store.suite';
import { bulkStoreSuite } from '../../contract/bulk-store.suite';
import { idempotencyStoreSuite, leaseStoreSuite } from '../../contract/claims.suite';
import { flowStoreSuite } from '../../contract/flow-store.suite';
import { journalStoreSuite } from '../../contract/journal-store.suite';
import { kvStoreSuite } from '../../contract/kv-store.suite';
import { runStoreSuite } from '../../contract/run-store.suite';
import { secretStoreSuite } from '../../contract/secret-store.suite';
import { scheduleStoreSuite } from '../../contract/schedule-store.suite';
import { sideLogStoreSuite } from '../../contract/side-log-store.suite';
import { slotStoreSuite } from '../../contract/slot-store.suite';
import { TEST_KEYS } from '../../support/encryption-keys';
import { sharedEngines } from '../../support/engines';
import { createRecordingLogger } from '../../support/recording-logger';

/**
 * `as found` is what a start uses. The other mode is forced, so that the filters which a real MongoDB decides by are also run
 * where only the stand-in is at hand (one connection makes them exact there, M1).
 */
describe.each([
  ['as found', undefined],
  ['by filters', false],
] as const)('mongo, heads %s', (_, standIn) => {
  let stores: MongoStores;
  let now = 1_000_000_000_000;
  beforeAll(async () => {
    const { mongodbUri } = sharedEngines();
    const { logger } = createRecordingLogger();
    stores = await connectStores({
      uri: mongodbUri,
      logger,
      encryptionKeys: TEST_KEYS,
      now: () => now,
      ...(standIn === undefined ? {} : { standIn }),
    });
    await stores.ensureIndexes();
  });
  afterAll(() => stores.close());

  accountStoreSuite(async () => stores.accounts);
  accessStoreSuite(async () => stores);
  approvalStoreSuite(async () => stores.approvals);
  flowStoreSuite(async () => stores.flows);
  runStoreSuite(async () => stores.runs);
  journalStoreSuite(async () => stores.journal);
  sideLogStoreSuite(async () => stores.sideLog);
  idempotencyStoreSuite(async () => stores.idempotency);
  leaseStoreSuite(async () => stores.leases);
  scheduleStoreSuite(async () => stores.schedules);
  bulkStoreSuite(async () => stores.bulk);
  slotStoreSuite(async () => stores);
  secretStoreSuite(async () => stores.secrets);
  kvStoreSuite(async () => ({ store: stores.kv, pass: (ms) => void (now += ms) }));
});
