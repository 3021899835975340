import type { IdempotencyStore, LeaseStore } from '../../src/store/ports';
import { newId } from './store-factories';

const claim = { workspace: 'ws_1', flowId: 'flow_1', generation: 0, bodyHash: 'h1' };

export const idempotencyStoreSuite = (makeStore: () => Promise<IdempotencyStore>): void => {
  describe('IdempotencyStore', () => {
    test('of many who claim one key, one gets it and all learn which', async () => {
      const store = await makeStore();
      const key = newId('key');
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => store.claim({ ...claim, key, runId: `run_${n}` })));
      const winners = answers.filter((answer) => answer.claimed);
      expect(winners).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.held.runId))).toEqual(new Set([winners[0]?.held.runId]));
    });

    test('workspace, flow, key and generation make a claim', async () => {
      const store = await makeStore();
      const key = `${newId('key')}|"\\ é`;
      const first = { ...claim, key, runId: 'run_a' };
      expect(await store.claim(first)).toEqual({ claimed: true, held: first });
      expect(await store.claim({ ...first, bodyHash: 'h2', runId: 'run_b' })).toEqual({ claimed: false, held: first });
      const others = [{ workspace: 'ws_2' }, { flowId: 'flow_2' }, { key: `${key}x` }, { generation: 1 }];
      for (const other of others) expect((await store.claim({ ...first, ...other })).claimed).toBe(true);
    });
  });
};

export const leaseStoreSuite = (makeStore: () => Promise<LeaseStore>): void => {
  describe('LeaseStore', () => {
    test('a term has one holder, who may ask again', async () => {
      const store = await makeStore();
      const name = newId('lease');
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => store.acquire(name, 1, `holder_${n}`)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      const holder = `holder_${answers.indexOf(true)}`;
      expect(await store.acquire(name, 1, holder)).toBe(true);
      expect(await store.acquire(name, 1, 'another')).toBe(false);
      expect(await store.acquire(name, 2, 'another')).toBe(true);
    });
  });
};
