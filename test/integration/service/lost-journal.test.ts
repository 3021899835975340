/** Whatever part of a journal is lost on its way, the reconciler brings it back from history (P4). */
import type { JournalBatcher } from '../../../src/projection';
import { createMemoryStores } from '../../../src/store/memory';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { sharedEngines } from '../../support/engines';
import { createReprise, type RepriseHarness } from '../../support/reprise-harness';

const STEPS = `
metadata: { name: Steps }
nodes:
  a: { type: transform, params: { output: 1 }, next: { default: pause } }
  pause: { type: delay, params: { duration: 50ms }, next: { default: each } }
  each:
    type: loop
    params: { items: "{{ [1, 2, 3] }}", concurrency: 2 }
    nodes: { one: { type: delay, params: { duration: 20ms } } }
    next: { default: wait }
  wait: { type: wait, params: { event: go }, next: { default: end } }
  end: { type: transform, params: { output: "{{ nodes.a }}" } }
`;

describe('a journal that was lost', () => {
  /** Which calls of the sink get lost; set by each test. */
  let lost: (call: Parameters<JournalBatcher['sink']>[0]) => boolean = () => false;
  let reprise: RepriseHarness;
  beforeAll(async () => {
    reprise = await createReprise({
      address: sharedEngines().temporalAddress,
      bundle: await bundleWorkflows(),
      stores: createMemoryStores(),
      tamper: (sink) => (call, task) => (lost(call) ? undefined : sink(call, task)),
      reconciler: { closeGraceMs: 0, newAfterMs: 600_000 },
    });
    await reprise.startWorker();
  }, 120_000);
  afterAll(() => reprise.stop());
  afterEach(() => {
    lost = () => false;
  });

  const begin = async () => {
    const { flows, runs, me } = reprise;
    const flow = await flows.create(me, { definition: STEPS });
    return (await runs.start(me, { flowId: flow.id, input: {} })).run.id;
  };
  const finish = async (id: string): Promise<void> => {
    await reprise.runs.deliverEvent(reprise.me, id, { name: 'go', data: null });
  };
  const settle = (ms = 400) => new Promise((resolve) => setTimeout(resolve, ms));
  const expectWhole = async (id: string): Promise<void> => {
    const { entries: stored } = await reprise.runs.journal(reprise.me, id, 0, 10_000);
    expect(stored).toEqual(await reprise.replayed(id));
    expect(stored.map((entry) => entry.seq)).toEqual(stored.map((_, n) => n + 1));
  };
  const head = (id: string) => reprise.runs.get(reprise.me, id);

  test('all of it: the run is closed and its journal rebuilt', async () => {
    lost = () => true;
    const id = await begin();
    await settle();
    await finish(id);
    await settle(1_500);
    expect((await head(id)).endedAt).toBeUndefined();
    expect((await reprise.reconciler.runOnce()).failures).toEqual([]);
    expect(await head(id)).toMatchObject({ state: 'DONE', output: { value: 1 }, dirty: false });
    expect((await head(id)).nodes['each/one']).toMatchObject({ state: 'DONE', runs: 3 });
    await expectWhole(id);
  }, 30_000);

  test('the first part: noticed by the next one, repaired while the run waits', async () => {
    let calls = 0;
    lost = () => (calls += 1) <= 2;
    const id = await begin();
    await settle(1_000);
    expect((await head(id)).dirty).toBe(true);
    await reprise.reconciler.runOnce();
    expect(await head(id)).toMatchObject({ state: 'WAIT', dirty: false, waitingFor: ['event:go'] });
    await expectWhole(id);
    await finish(id);
    expect((await reprise.runs.get(reprise.me, id, { waitMs: 10_000 })).state).toBe('DONE');
    await expectWhole(id);
  }, 30_000);

  test('what a parked run told last: noticed by its search attributes', async () => {
    lost = (call) => call.park;
    const id = await begin();
    await settle(2_500);
    await reprise.reconciler.runOnce();
    expect(await head(id)).toMatchObject({ state: 'WAIT', waitingFor: ['event:go'] });
    await expectWhole(id);
    lost = () => false;
    await finish(id);
    await reprise.runs.get(reprise.me, id, { waitMs: 10_000 });
    await expectWhole(id);
  }, 30_000);

  test('any part of many runs', async () => {
    let seed = 7;
    const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    lost = () => chance() < 0.4;
    const ids = await Promise.all(Array.from({ length: 12 }, begin));
    await settle(1_500);
    await Promise.all(ids.map(finish));
    await settle(2_500);
    await reprise.reconciler.runOnce();
    await reprise.reconciler.runOnce();
    for (const id of ids) {
      expect((await head(id)).state).toBe('DONE');
      await expectWhole(id);
    }
  }, 60_000);
});
