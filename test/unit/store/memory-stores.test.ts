import { createMemoryArtifactStore, createMemoryStores } from '../../../src/store/memory';
import { accessStoreSuite } from '../../contract/access-stores.suite';
import { accountStoreSuite } from '../../contract/account-store.suite';
import { artifactStoreSuite } from '../../contract/artifact-store.suite';
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
import { aRun } from '../../contract/store-factories';

describe('memory', () => {
  accountStoreSuite(async () => createMemoryStores().accounts);
  accessStoreSuite(async () => createMemoryStores());
  approvalStoreSuite(async () => createMemoryStores().approvals);
  flowStoreSuite(async () => createMemoryStores().flows);
  runStoreSuite(async () => createMemoryStores().runs);
  journalStoreSuite(async () => createMemoryStores().journal);
  sideLogStoreSuite(async () => createMemoryStores().sideLog);
  idempotencyStoreSuite(async () => createMemoryStores().idempotency);
  leaseStoreSuite(async () => createMemoryStores().leases);
  scheduleStoreSuite(async () => createMemoryStores().schedules);
  bulkStoreSuite(async () => createMemoryStores().bulk);
  slotStoreSuite(async () => createMemoryStores());
  secretStoreSuite(async () => createMemoryStores().secrets);
  kvStoreSuite(async () => {
    let now = 1_000_000;
    return { store: createMemoryStores(() => now).kv, pass: (ms) => void (now += ms) };
  });
  artifactStoreSuite(async () => createMemoryArtifactStore());

  test('nobody changes the store by changing an object', async () => {
    const { runs } = createMemoryStores();
    const run = aRun();
    await runs.insert(run);
    Object.assign(run, { state: 'RUN' });
    Object.assign((await runs.getById(run.id)) ?? {}, { state: 'WAIT' });
    expect((await runs.getById(run.id))?.state).toBe('NEW');
  });
});
