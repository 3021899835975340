/** Temporal killed and restarted under the use cases (S2), with either kind of connection. */
import { createMemoryStores } from '../../../src/store/memory';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { startTestTemporal, type TestTemporal } from '../../support/engines';
import { createReprise, type RepriseHarness } from '../../support/reprise-harness';
import { HELLO } from '../../support/services';

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  const began = Date.now();
  const answer = await work;
  expect(Date.now() - began).toBeLessThan(ms);
  return answer;
};
const caught = (work: Promise<unknown>) =>
  work.then(() => undefined).catch((error: unknown) => error as { code: string; details: Record<string, string> });

describe.each([
  ['one process', true],
  ['apart', false],
] as const)('API and worker in %s', (_, embedded) => {
  let temporal: TestTemporal;
  let reprise: RepriseHarness;
  beforeAll(async () => {
    temporal = await startTestTemporal();
    reprise = await createReprise({
      address: temporal.address,
      bundle: await bundleWorkflows(),
      stores: createMemoryStores(),
      embedded,
      reconciler: { newAfterMs: 0, closeGraceMs: 0 },
    });
    await reprise.startWorker();
  }, 120_000);
  afterAll(async () => {
    await reprise.stop();
    await temporal.stop();
  }, 60_000);

  test('down: 503 within 5 s that names the run; back: every start is decided exactly once, without a restart', async () => {
    const { flows, runs, me, reconciler, stores } = reprise;
    const flow = await flows.create(me, { definition: HELLO });
    const begin = (key?: string, waitMs?: number) =>
      runs.start(
        me,
        { flowId: flow.id, input: { who: 'Ada' }, ...(key === undefined ? {} : { idempotencyKey: key }) },
        waitMs === undefined ? {} : { waitMs },
      );
    expect((await begin(undefined, 10_000)).run.state).toBe('DONE');

    await temporal.kill();
    const [unkeyed, keyed] = await within(5_000, Promise.all([caught(begin()), caught(begin('k'))]));
    expect([unkeyed?.code, keyed?.code]).toEqual(['unavailable', 'unavailable']);
    const ids = [unkeyed?.details['runId'] ?? '', keyed?.details['runId'] ?? ''] as const;
    expect(await within(5_000, caught(runs.cancel(me, ids[0])))).toMatchObject({
      code: expect.stringMatching(/^(unavailable|decision_pending)$/) as string,
    });
    expect((await within(5_000, runs.nodes(me, ids[0]))).source).toBe('head');
    expect((await within(5_000, runs.get(me, ids[0], { waitMs: 1_000 }))).state).toBe('NEW');
    expect(await within(5_000, reprise.readiness())).toMatchObject({ ready: false, checks: { temporal: 'down' } });
    expect((await reconciler.runOnce()).failures).toContain('new');

    await temporal.restart();
    const again = async (): Promise<Awaited<ReturnType<typeof begin>>> => {
      for (const end = Date.now() + 15_000; ;) {
        try {
          return await begin(undefined, 15_000);
        } catch (error) {
          if (Date.now() > end) throw error;
        }
      }
    };
    expect((await again()).run.state).toBe('DONE');
    expect(await reconciler.runOnce()).toMatchObject({ failures: [] });
    const [first, second] = await Promise.all(ids.map((id) => runs.get(me, id, { waitMs: 15_000 })));
    expect(first).toMatchObject({ state: 'FAIL', error: { code: 'start_refused' } });
    expect(second).toMatchObject({ state: 'DONE', output: { value: 'Hello Ada' } });
    expect(await begin('k')).toMatchObject({ created: false, run: { id: ids[1], state: 'DONE' } });
    expect((await stores.runs.listNew(new Date(), 10)).length).toBe(0);
  }, 90_000);
});
