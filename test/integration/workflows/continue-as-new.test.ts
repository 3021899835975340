/** X8: a run goes on in a new execution. Its history is made long by signals that nothing waits for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { inline } from '../../../src/flow';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { createMemoryArtifactStore } from '../../../src/store/memory';
import type { ArtifactStore } from '../../../src/store/ports';
import type { JournalAnswer } from '../../../src/workflows/contract';
import { callNode, opNode, planOf } from '../../support/plans';
import { createHarness, type FakeCall, type Harness } from '../../support/run-harness';

const address = process.env['REPRISE_TEST_TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
/** The server suggests a new execution above 4 MiB of history. */
const ALMOST = 5;
/** Kept once; the others are duplicates and change nothing. */
const noise = { name: 'noise', data: 'x'.repeat(800_000), id: 'noise' };
const wait = (event: string, next: Record<string, string[]> = {}) => opNode(event, { kind: 'waitEvent', event }, { next });

describe('continue-as-new', () => {
  let harness: Harness;
  let answer: FakeCall = () => ({ output: inline(null) });
  /** How often the artifact store does not answer from now on. */
  let outages = 0;
  beforeAll(async () => {
    const memory = createMemoryArtifactStore();
    const artifacts: ArtifactStore = {
      ...memory,
      get: (ref) => (outages-- > 0 ? Promise.reject(new Error('store down')) : memory.get(ref)),
      put: (...put) => (outages-- > 0 ? Promise.reject(new Error('store down')) : memory.put(...put)),
    };
    const bundle = await bundleWorkflows();
    harness = await createHarness({ address, bundle, artifacts, call: (input) => answer(input) });
  }, 60_000);
  afterAll(() => harness.stop());
  afterEach(() => {
    answer = () => ({ output: inline(null) });
    harness.calls.length = 0;
  });

  const executions = async ({ workflowId }: WorkflowHandle): Promise<string> =>
    (await harness.client.workflow.getHandle(workflowId).describe()).runId;
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await holds()) return;
      await sleep(50);
    }
    throw new Error('does not come true');
  };
  const fill = async (handle: WorkflowHandle, times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) {
      await handle.signal('deliverEvent', noise);
      // A task of its own for each: a history does not take them all at once.
      await handle.query('nodeState');
    }
  };

  test('of a waiting run: what it waits for still comes, journal and deliveries go on', async () => {
    const handle = await harness.start(
      planOf([wait('go', { default: ['end'] }), opNode('end', { kind: 'value', output: '{{ nodes.go }}' })]),
    );
    const first = await executions(handle);
    await fill(handle, ALMOST + 1);
    await until(async () => (await executions(handle)) !== first);
    const journal = harness.journalOf(handle.workflowId);
    const lastSeq = Math.max(...journal.map(({ seq }) => seq));
    await expect(handle.query<JournalAnswer, [number]>('journal', 0)).resolves.toEqual({
      entries: [],
      lastSeq,
      firstSeq: lastSeq + 1,
    });
    await expect(handle.executeUpdate('deliverEventToRun', { args: [{ name: 'go', data: 7 }] })).resolves.toMatchObject({
      outcome: 'delivered',
    });
    expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline(7) });
  }, 60_000);

  test('comes although an update is the last that happens before it', async () => {
    const handle = await harness.start(planOf([wait('go')]));
    const first = await executions(handle);
    await fill(handle, ALMOST);
    expect(await executions(handle)).toBe(first);
    // The request crosses the line; the next task shows it, and is only there for an update that changes nothing.
    await handle.executeUpdate('deliverEventToRun', { args: [noise] });
    await handle.executeUpdate('releaseRun', { args: [{}] });
    await until(async () => (await executions(handle)) !== first);
    await handle.executeUpdate('deliverEventToRun', { args: [{ name: 'go', data: 1 }] });
    expect(await handle.result()).toMatchObject({ state: 'DONE' });
  }, 60_000);

  test('of a run that holds more than a payload may: its state is in no history, and a store that is away is waited for', async () => {
    const big = 'y'.repeat(900_000);
    const end = opNode('end', { kind: 'value', output: '{{ size(input.big) + size(vars.big) + nodes.noise.size() }}' });
    const plan = planOf([wait('go', { default: ['noise'] }), wait('noise', { default: ['end'] }), end], {
      vars: { big },
      start: ['go'],
    });
    const handle = await harness.start(plan, { input: { big } });
    const first = await executions(handle);
    await fill(handle, 2);
    outages = 2;
    await fill(handle, ALMOST - 2);
    await until(async () => (await executions(handle)) !== first);
    await handle.query('nodeState');
    const { events } = await harness.client.workflow.getHandle(handle.workflowId).fetchHistory();
    // Signals that came late are in the new history; nothing else is large.
    const own = (events ?? []).filter((event) => (event.workflowExecutionSignaledEventAttributes ?? undefined) === undefined);
    expect(JSON.stringify(own).length).toBeLessThan(20_000);
    await handle.signal('deliverEvent', { name: 'go', data: 1 });
    expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline(900_000 * 2 + 800_000) });
  }, 60_000);

  /** A run whose attempt `slow` keeps it from continuing, while an event has made `late` ready. */
  const withLateOne = async (): Promise<{ handle: WorkflowHandle; first: string; finish: () => void }> => {
    let finish = (): void => undefined;
    answer = async ({ context: { path } }) => {
      if (path !== 'slow') return { output: inline(path) };
      const beat = setInterval(() => Context.current().heartbeat(), 200);
      const done = new Promise<void>((resolve) => (finish = resolve));
      await Promise.race([done, Context.current().cancelled]).finally(() => clearInterval(beat));
      return { output: inline(path) };
    };
    const handle = await harness.start(
      planOf([callNode('slow'), wait('go', { default: ['late'] }), callNode('late')], { start: ['slow', 'go'] }),
    );
    const first = await executions(handle);
    await until(() => harness.calls.length === 1);
    await fill(handle, ALMOST + 1);
    await handle.executeUpdate('deliverEventToRun', { args: [{ name: 'go', data: 1 }] });
    await expect(handle.query('nodeState')).resolves.toMatchObject({ nodes: { late: { state: 'RUN' } } });
    expect(harness.calls).toHaveLength(1);
    return { handle, first, finish: () => finish() };
  };
  const called = () => harness.calls.map(({ context }) => context.path);

  test('a call that was held back runs after it, once', async () => {
    const { handle, first, finish } = await withLateOne();
    finish();
    expect(await handle.result()).toMatchObject({ state: 'DONE', counts: { done: 3 } });
    expect(await executions(handle)).not.toBe(first);
    expect(called()).toEqual(['slow', 'late']);
  }, 60_000);

  test('a call that was held back and stopped meanwhile never runs', async () => {
    const { handle } = await withLateOne();
    await handle.executeUpdate('cancelRun', { args: [{ by: 'me' }] });
    expect(await handle.result()).toMatchObject({ state: 'CANCELLED', counts: { done: 1, cancelled: 2 } });
    expect(called()).toEqual(['slow']);
  }, 60_000);

  test('a call that was held back waits for the release when the run is held meanwhile', async () => {
    const { handle, first, finish } = await withLateOne();
    await handle.executeUpdate('holdRun', { args: [{ by: 'me' }] });
    finish();
    await until(async () => (await executions(handle)) !== first);
    await expect(handle.query('nodeState')).resolves.toMatchObject({ state: 'ON_HOLD', nodes: { slow: { state: 'DONE' } } });
    expect(called()).toEqual(['slow']);
    await handle.executeUpdate('releaseRun', { args: [{ by: 'me' }] });
    expect(await handle.result()).toMatchObject({ state: 'DONE' });
    expect(called()).toEqual(['slow', 'late']);
  }, 60_000);
});
