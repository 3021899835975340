import type { SideLogStore } from '../../src/store/ports';
import { aChunk, newId } from './store-factories';

export const sideLogStoreSuite = (makeStore: () => Promise<SideLogStore>): void => {
  describe('SideLogStore', () => {
    test('chunks come in the order of their numbers, each once, of their run only', async () => {
      const store = await makeStore();
      const runId = newId('run');
      const chunks = [0, 1, 2, 9, 10, 11].map((n) => aChunk({ runId, n }));
      const retry = aChunk({ runId, attempt: 2 });
      for (const chunk of [retry, ...chunks.toReversed(), aChunk({ runId: `${runId}x` })]) await store.append(chunk);
      await store.append(aChunk({ runId, n: 0, lines: [] }));
      expect(await store.list(runId)).toEqual([...chunks, retry]);
      expect(await store.list('run_none')).toEqual([]);
    });
  });
};
