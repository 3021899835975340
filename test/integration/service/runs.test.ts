/** The use cases over Temporal, MongoDB and a worker. */
import { connectStores, type MongoStores } from '../../../src/store/mongo';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { TEST_KEYS } from '../../support/encryption-keys';
import { sharedEngines } from '../../support/engines';
import { createRecordingLogger } from '../../support/recording-logger';
import { createReprise, type RepriseHarness } from '../../support/reprise-harness';
import { HELLO } from '../../support/services';

const WAIT_EVENT = `
metadata: { name: Waits }
nodes:
  pay: { type: wait, params: { event: payment, key: "{{ input.order }}" }, next: { default: done } }
  done: { type: transform, params: { output: "{{ nodes.pay }}" } }
`;
const FAILS = 'nodes: { no: { type: fail, params: { code: broken, message: It is broken } } }';
const PAGE = { limit: 100, offset: 0 };

describe.each([
  ['API and worker in one process', true],
  ['API and worker apart', false],
] as const)('%s', (_, embedded) => {
  let stores: MongoStores;
  let reprise: RepriseHarness;
  beforeAll(async () => {
    const { temporalAddress, mongodbUri } = sharedEngines();
    stores = await connectStores({ uri: mongodbUri, logger: createRecordingLogger().logger, encryptionKeys: TEST_KEYS });
    await stores.ensureIndexes();
    reprise = await createReprise({ address: temporalAddress, bundle: await bundleWorkflows(), stores, embedded });
    await reprise.startWorker();
  }, 120_000);
  afterAll(async () => {
    await reprise.stop();
    await stores.close();
  });

  const begin = async (definition: string, input: object = {}, waitMs?: number) => {
    const { flows, runs, me } = reprise;
    const flow = await flows.create(me, { definition });
    return (await runs.start(me, { flowId: flow.id, input: input as never }, waitMs === undefined ? {} : { waitMs })).run;
  };
  const until = async <T>(look: () => Promise<T>, good: (value: T) => boolean): Promise<T> => {
    for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 30))) {
      const value = await look();
      if (good(value) || Date.now() > end) return value;
    }
  };
  const headOf = (id: string) => reprise.runs.get(reprise.me, id);

  test('start with wait answers the end; a read agrees; the journal is that of the history', async () => {
    const run = await begin(HELLO, { who: 'Ada' }, 10_000);
    expect(run).toMatchObject({ state: 'DONE', output: { kind: 'inline', value: 'Hello Ada' }, counts: { done: 1 } });
    const read = await headOf(run.id);
    expect(read).toMatchObject({
      state: 'DONE',
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      seq: run.seq,
      output: run.output,
    });
    // Node states wait for the end's flush, which in a sole process is behind the answer.
    const { nodes } = await reprise.runs.nodes(reprise.me, run.id);
    expect(nodes['greet']).toMatchObject({ state: 'DONE', type: 'transform' });
    expect((await headOf(run.id)).dirty).toBe(false);
    const { entries } = await reprise.runs.journal(reprise.me, run.id, 0, 100);
    expect(entries).toEqual(await reprise.replayed(run.id));
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_entry, n) => n + 1));
  });

  test('a failed run ends FAIL with its failure, and its log tells', async () => {
    const run = await begin(FAILS, {}, 10_000);
    expect(run).toMatchObject({ state: 'FAIL', error: { code: 'broken', message: 'It is broken' } });
    const { items } = await reprise.runs.logs(reprise.me, run.id, {}, PAGE);
    expect(items[0]?.message).toBe('Execution started');
    expect(items.at(-1)).toMatchObject({ level: 'error', message: 'Execution failed: It is broken' });
  });

  test('a wait shows in nodes, explain and head; its event ends it', async () => {
    const { runs, me } = reprise;
    const { id } = await begin(WAIT_EVENT, { order: 'o1' });
    const nodes = await until(
      () => runs.nodes(me, id),
      (answer) => answer.state === 'WAIT',
    );
    expect(nodes).toMatchObject({ source: 'live', nodes: { pay: { state: 'WAIT' } } });
    expect(
      await until(
        () => headOf(id),
        (run) => run.state === 'WAIT',
      ),
    ).toMatchObject({ waitingFor: ['event:payment'] });
    expect((await runs.explain(me, id)).waitingFor).toEqual(['event:payment']);
    expect(await runs.deliverEvent(me, id, { name: 'payment', key: 'o2', data: 'other' })).toEqual({ outcome: 'kept' });
    expect(await runs.deliverEvent(me, id, { name: 'payment', key: 'o1', data: { paid: 5 }, id: 'e1' })).toEqual({
      outcome: 'delivered',
    });
    expect(await runs.get(me, id, { waitMs: 10_000 })).toMatchObject({ state: 'DONE', output: { value: { paid: 5 } } });
    await expect(runs.deliverEvent(me, id, { name: 'payment', data: 1 })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('hold stops what comes next, release goes on', async () => {
    const { runs, me } = reprise;
    const { id } = await begin(WAIT_EVENT, { order: 'o1' });
    await until(
      () => runs.nodes(me, id),
      (answer) => answer.state === 'WAIT',
    );
    expect((await runs.hold(me, id)).state).toBe('ON_HOLD');
    expect((await runs.hold(me, id)).state).toBe('ON_HOLD');
    await runs.deliverEvent(me, id, { name: 'payment', key: 'o1', data: 1 });
    expect((await runs.get(me, id, { waitMs: 300 })).state).toBe('ON_HOLD');
    await runs.release(me, id);
    expect((await runs.get(me, id, { waitMs: 10_000 })).state).toBe('DONE');
  });

  test('cancel ends CANCELLED; afterwards it is a conflict', async () => {
    const { runs, me } = reprise;
    const { id } = await begin(WAIT_EVENT, { order: 'o1' });
    await runs.cancel(me, id);
    expect((await runs.get(me, id, { waitMs: 10_000 })).state).toBe('CANCELLED');
    await expect(runs.cancel(me, id)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('30 events at once all take effect, one 101st early one is refused', async () => {
    const { runs, me } = reprise;
    const { id } = await begin(WAIT_EVENT, { order: 'o1' });
    const send = (n: number) => runs.deliverEvent(me, id, { name: 'early', key: String(n), data: n });
    const first = await Promise.all(Array.from({ length: 30 }, (_unused, n) => send(n)));
    expect(first.every(({ outcome }) => outcome === 'kept')).toBe(true);
    for (let n = 30; n < 100; n += 1) await send(n);
    await expect(send(100)).rejects.toMatchObject({ code: 'conflict' });
    await runs.cancel(me, id);
  });

  test('a large input travels as a claim and reads back', async () => {
    const who = 'x'.repeat(80_000);
    const run = await begin(HELLO, { who }, 15_000);
    expect(run).toMatchObject({ state: 'DONE', output: { kind: 'inline', value: `Hello ${who}` } });
    expect((await headOf(run.id)).input).toEqual({ kind: 'inline', value: { who } });
  });
});
