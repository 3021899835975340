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

    test('what was said behind a mark: the rest of its attempt, then later attempts, of the named node runs', async () => {
      const store = await makeStore();
      const runId = newId('run');
      const said = (nodeRunId: string, attempt: number, n: number) => aChunk({ runId, nodeRunId, attempt, n });
      const a = [said('nrun_a', 1, 0), said('nrun_a', 1, 9), said('nrun_a', 1, 10), said('nrun_a', 2, 0), said('nrun_a', 10, 0)];
      const b = [said('nrun_b', 1, 0)];
      for (const chunk of [...a, ...b, said('nrun_aa', 1, 0), aChunk({ nodeRunId: 'nrun_a' })]) await store.append(chunk);
      expect(await store.readBehind(runId, [{ nodeRunId: 'nrun_a' }])).toEqual(a);
      expect(await store.readBehind(runId, [{ nodeRunId: 'nrun_a', attempt: 1, n: 9 }])).toEqual(a.slice(2));
      expect(await store.readBehind(runId, [{ nodeRunId: 'nrun_a', attempt: 2, n: 0 }, { nodeRunId: 'nrun_b' }])).toEqual([
        ...a.slice(4),
        ...b,
      ]);
      expect(await store.readBehind(runId, [{ nodeRunId: 'nrun_b', attempt: 1, n: 0 }])).toEqual([]);
      expect(await store.readBehind(runId, [])).toEqual([]);
    });
  });
};
