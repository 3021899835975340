import type { BulkOperation, BulkStore } from '../../src/store/ports';
import { aPrincipal } from '../support/services';
import { at, newId } from './store-factories';

const anOperation = (): BulkOperation => ({
  id: newId('bulk'),
  workspace: 'ws_1',
  action: 'hold',
  principal: aPrincipal(),
  runIds: ['run_1', 'run_2'],
  handled: 0,
  failures: [],
  state: 'running',
  createdAt: at(0),
});

export const bulkStoreSuite = (makeStore: () => Promise<BulkStore>): void => {
  describe('BulkStore', () => {
    test('an operation reads back as it was, in its workspace only; it runs until it is done', async () => {
      const store = await makeStore();
      const operation = anOperation();
      await store.insert(operation);
      expect(await store.get('ws_1', operation.id)).toEqual(operation);
      expect(await store.get('ws_2', operation.id)).toBeUndefined();
      const running = async () => (await store.listRunning(100)).map(({ id }) => id);
      expect(await running()).toContain(operation.id);
      const failures = [{ runId: 'run_2', code: 'conflict', message: 'It has ended' }];
      const progress = { handled: 2, failures, state: 'done', endedAt: at(1) } as const;
      await store.advance(operation.id, progress);
      expect(await store.get('ws_1', operation.id)).toEqual({ ...operation, ...progress });
      expect(await running()).not.toContain(operation.id);
    });
  });
};
