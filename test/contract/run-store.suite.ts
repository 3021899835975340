import { inline } from '../../src/flow';
import type { RunClosure, RunStore } from '../../src/store/ports';
import { aRun, aSummary, at, epoch, newId } from './store-factories';

const closure: RunClosure = {
  state: 'DONE',
  endedAt: at(60),
  startedAt: at(1),
  output: inline({ ok: true, 'x.y': [1, 2.5, null] }),
  counts: { nodeRuns: 1, done: 1, failed: 0, skipped: 0, filtered: 0, cancelled: 0 },
  seq: 9,
};

export const runStoreSuite = (makeStore: () => Promise<RunStore>): void => {
  describe('RunStore', () => {
    let store: RunStore;
    beforeAll(async () => {
      store = await makeStore();
    });

    test('a run reads back as it was written, and only in its workspace', async () => {
      const run = aRun({ nodes: { a: aSummary() }, epoch: epoch(1), waitingFor: ['event:x'] });
      expect(await store.insert(run)).toBe(true);
      expect(await store.insert(run)).toBe(false);
      expect(await store.get('ws_1', run.id)).toEqual(run);
      expect(await store.getById(run.id)).toEqual(run);
      expect(await store.get('ws_2', run.id)).toBeUndefined();
      expect(await store.getById('run_none')).toBeUndefined();
    });

    test('a change sets what it names and nothing else', async () => {
      const run = aRun();
      await store.insert(run);
      await store.applyHead(run.id, { state: 'RUN', startedAt: at(1), seq: 3, epoch: epoch(3), nodes: { a: aSummary() } });
      await store.applyHead(run.id, { state: 'WAIT', waitingFor: ['event:pay'], seq: 5, epoch: epoch(5), stalled: 'why' });
      const head = { ...run, startedAt: at(1), state: 'WAIT', waitingFor: ['event:pay'], seq: 5, epoch: epoch(5) };
      expect(await store.getById(run.id)).toEqual({ ...head, nodes: { a: aSummary() }, stalled: 'why' });
      await store.applyHead(run.id, { stalled: null });
      expect(await store.getById(run.id)).toEqual({ ...head, nodes: { a: aSummary() } });
    });

    test('node summaries live side by side under any path', async () => {
      const run = aRun();
      await store.insert(run);
      const paths = ['a', 'a/b', 'fork[left.x]/c', '$where', 'a.b', '__proto__', 'constructor', 'x%2ey', '0', 'n\u0000'];
      for (const path of paths) await store.applyHead(run.id, { nodes: Object.fromEntries([[path, aSummary({ path })]]) });
      await store.applyHead(run.id, { nodes: { a: aSummary({ state: 'DONE' }) } });
      const nodes = (await store.getById(run.id))?.nodes ?? {};
      expect(Object.keys(nodes).sort()).toEqual([...paths].sort());
      expect(nodes['a']?.state).toBe('DONE');
      expect(Object.getOwnPropertyDescriptor(nodes, '__proto__')?.value).toEqual(aSummary({ path: '__proto__' }));
    });

    test('a change creates nothing', async () => {
      await store.applyHead('run_none', { seq: 1, dirty: true }, { repair: true });
      expect(await store.getById('run_none')).toBeUndefined();
      expect(await store.close('run_none', closure)).toBe(false);
    });

    test('what an older epoch still writes is dropped, except that the run is dirty', async () => {
      const run = aRun();
      await store.insert(run);
      await store.applyHead(run.id, { seq: 8, epoch: epoch(8), nodes: { a: aSummary({ state: 'DONE' }) } });
      await store.applyHead(run.id, { seq: 5, epoch: epoch(5), state: 'WAIT', dirty: true, nodes: { a: aSummary() } });
      const head = await store.getById(run.id);
      expect(head).toEqual({ ...run, seq: 8, epoch: epoch(8), dirty: true, nodes: { a: aSummary({ state: 'DONE' }) } });
    });

    test('the first close wins, also among many', async () => {
      const run = aRun({ stalled: 'why', waitingFor: ['event:x'] });
      await store.insert(run);
      const states = ['DONE', 'FAIL', 'CANCELLED', 'SKIP'] as const;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.close(run.id, { ...closure, state: states[n % 4] ?? 'DONE', seq: n })),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      const winner = answers.indexOf(true);
      const { stalled: _, ...head } = run;
      const closed = { ...head, ...closure, state: states[winner % 4], seq: winner, waitingFor: [] };
      expect(await store.getById(run.id)).toEqual(closed);
      expect(await store.close(run.id, { ...closure, state: 'FAIL' })).toBe(false);
      expect(await store.getById(run.id)).toEqual(closed);
    });

    test('a close takes what the run told last, unless the head has seen a newer epoch', async () => {
      const last = { state: 'WAIT', seq: 7, epoch: epoch(7), nodes: { a: aSummary() }, dirty: true, stalled: 'why' } as const;
      const run = aRun();
      await store.insert(run);
      await store.applyHead(run.id, { epoch: epoch(6), nodes: { b: aSummary() } });
      expect(await store.close(run.id, closure, last)).toBe(true);
      const nodes = { a: aSummary(), b: aSummary() };
      expect(await store.getById(run.id)).toEqual({
        ...run,
        seq: 7,
        ...closure,
        epoch: epoch(7),
        nodes,
        dirty: true,
        waitingFor: [],
      });
      const newer = aRun();
      await store.insert(newer);
      await store.applyHead(newer.id, { epoch: epoch(8), nodes: { b: aSummary() } });
      expect(await store.close(newer.id, closure, last)).toBe(true);
      expect(await store.getById(newer.id)).toMatchObject({ ...closure, epoch: epoch(8), nodes: { b: aSummary() }, dirty: true });
      expect((await store.getById(newer.id))?.nodes).toEqual({ b: aSummary() });
    });

    test('a closed head is left alone; `dirty` and repaired nodes it takes', async () => {
      const run = aRun();
      await store.insert(run);
      await store.close(run.id, { ...closure, error: { code: 'x', message: 'y', retryable: false, nodePath: '' } });
      const closed = await store.getById(run.id);
      await store.applyHead(run.id, { state: 'WAIT', seq: 99, epoch: epoch(99), nodes: { a: aSummary() }, stalled: 'late' });
      expect(await store.getById(run.id)).toEqual(closed);
      await store.applyHead(run.id, { seq: 99, dirty: true });
      expect(await store.getById(run.id)).toEqual({ ...closed, dirty: true });
      await store.applyHead(run.id, { state: 'RUN', dirty: false, nodes: { a: aSummary() } }, { repair: true });
      expect(await store.getById(run.id)).toEqual({ ...closed, nodes: { a: aSummary() } });
    });

    test('lists are newest first, by flow and state, paged, without nodes', async () => {
      const workspace = newId('ws');
      const runs = [5, 7, 6, 7].map((minute, n) =>
        aRun({
          workspace,
          createdAt: at(minute),
          flowId: `flow_${n % 2}`,
          state: n === 0 ? 'RUN' : 'NEW',
          nodes: { a: aSummary() },
        }),
      );
      for (const run of runs) await store.insert(run);
      const ids = async (filter: Parameters<RunStore['list']>[1], limit = 10, offset = 0): Promise<unknown> => {
        const { items, total } = await store.list(workspace, filter, { limit, offset });
        return [items.map((item) => runs.findIndex((run) => run.id === item.id)), total];
      };
      expect(await ids({})).toEqual([[3, 1, 2, 0], 4]);
      expect(await ids({}, 2, 1)).toEqual([[1, 2], 4]);
      expect(await ids({ flowId: 'flow_0' })).toEqual([[2, 0], 2]);
      expect(await ids({ states: ['RUN', 'WAIT'] })).toEqual([[0], 1]);
      expect((await store.list(workspace, {}, { limit: 1, offset: 0 })).items[0]?.nodes).toEqual({});
    });

    test('the reconciler gets NEW, dirty and live runs, and a close clears them', async () => {
      const early = aRun({ createdAt: new Date(Date.UTC(2020, 0, 1)) });
      const late = aRun({ createdAt: new Date(Date.UTC(2020, 0, 2)) });
      await store.insert(early);
      await store.insert(late);
      const before = new Date(Date.UTC(2020, 0, 3));
      const ids = (runs: readonly { readonly id: string }[]): string[] => runs.map((run) => run.id);
      expect(ids(await store.listNew(before, 10))).toEqual([early.id, late.id]);
      expect(ids(await store.listNew(late.createdAt, 10))).toEqual([early.id]);
      expect(ids(await store.listNew(before, 1))).toEqual([early.id]);
      await store.applyHead(early.id, { state: 'RUN', dirty: true });
      expect(ids(await store.listNew(before, 10))).toEqual([late.id]);
      expect(ids(await store.listDirty(100))).toContain(early.id);
      expect(ids(await store.listLive(early.id, 1))).toEqual([late.id]);
      expect(ids(await store.listLive(undefined, 1000))).toEqual(expect.arrayContaining([early.id, late.id]));
      await store.close(late.id, closure);
      expect(ids(await store.listLive(early.id, 1000))).not.toContain(late.id);
      expect(ids(await store.listNew(before, 10))).toEqual([]);
    });
  });
};
