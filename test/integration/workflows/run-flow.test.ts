/** The workflow on the real server: what a run costs in history, how it waits, retries, holds, cancels and goes on. */
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { inline } from '../../../src/flow';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { createJournalReplay } from '../../../src/worker/replay-journal';
import type { RunResult } from '../../../src/workflows/contract';
import { callNode, frameOf, opNode, planOf } from '../../support/plans';
import { createHarness, nodeFailure, type FakeCall, type Harness } from '../../support/run-harness';

const address = process.env['REPRISE_TEST_TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
const chain = (length: number, make: (id: string, next: Record<string, string[]>) => ReturnType<typeof callNode>) =>
  planOf(Array.from({ length }, (_, index) => make(`n${index}`, index + 1 < length ? { default: [`n${index + 1}`] } : {})));
const pure = (length: number) => chain(length, (id, next) => opNode(id, { kind: 'value', output: `{{ "${id}" }}` }, { next }));

describe('runFlow', () => {
  let harness: Harness;
  let bundle: Awaited<ReturnType<typeof bundleWorkflows>>;
  let answer: FakeCall = () => ({ output: inline(null) });
  beforeAll(async () => {
    bundle = await bundleWorkflows();
    harness = await createHarness({ address, bundle, call: (input) => answer(input) });
  }, 60_000);
  afterAll(() => harness.stop());
  afterEach(() => {
    answer = () => ({ output: inline(null) });
    harness.calls.length = 0;
  });

  test.each([1, 40, 300])('%d pure nodes cost the five events of an empty workflow', async (length) => {
    const handle = await harness.start(pure(length));
    const result = (await handle.result()) as RunResult;
    expect(result).toMatchObject({ state: 'DONE', output: inline(`n${length - 1}`), counts: { nodeRuns: length, done: length } });
    expect(await harness.eventsOf(handle.workflowId)).toEqual([
      'workflowExecutionStarted',
      'workflowTaskScheduled',
      'workflowTaskStarted',
      'workflowTaskCompleted',
      'workflowExecutionCompleted',
    ]);
  });

  test('a chain of local calls costs one marker and no task of its own', async () => {
    const handle = await harness.start(chain(10, (id, next) => callNode(id, { next, execution: 'local' })));
    await handle.result();
    const events = await harness.eventsOf(handle.workflowId);
    expect(events.filter((event) => event === 'markerRecorded')).toHaveLength(1);
    expect(events.filter((event) => event === 'activityTaskScheduled')).toHaveLength(0);
    expect(events.filter((event) => event === 'workflowTaskScheduled')).toHaveLength(1);
  });

  test('a loop of 1,000 pure items has no child workflow and no event per item', async () => {
    const body = frameOf([opNode('double', { kind: 'value', output: '{{ item * 2 }}' })]);
    const loop = opNode('each', {
      kind: 'loop',
      items: '{{ input.items }}',
      as: 'item',
      concurrency: 10,
      tolerate: 0,
      maxIterations: 10_000,
      body,
    });
    const handle = await harness.start(planOf([loop]), { input: { items: Array.from({ length: 1_000 }, (_, n) => n) } });
    const { output } = (await handle.result()) as RunResult;
    expect(output).toEqual(inline(Array.from({ length: 1_000 }, (_, n) => n * 2)));
    const events = await harness.eventsOf(handle.workflowId);
    expect(events.filter((event) => /child|activity|marker/i.test(event))).toEqual([]);
    expect(events.length).toBeLessThanOrEqual(20);
  });

  test('a slow local attempt goes on as a regular activity, as the same attempt', async () => {
    let tries = 0;
    answer = async () => {
      tries += 1;
      if (tries === 1) await new Promise((resolve) => setTimeout(resolve, 3_000));
      return { output: inline(tries) };
    };
    const handle = await harness.start(planOf([callNode('a', { execution: 'local' })]));
    expect(await handle.result()).toMatchObject({ output: inline(2) });
    expect(harness.calls.map((call) => call.context.attempt)).toEqual([1, 1]);
    expect(await harness.eventsOf(handle.workflowId)).toContain('activityTaskScheduled');
  }, 20_000);

  test('retries are the interpreter’s: same idempotency key, new operation id; the failure fails the workflow', async () => {
    answer = () => {
      throw nodeFailure({ retryable: true, code: 'server_error' });
    };
    const retry = { maxAttempts: 3, kind: 'fixed', delayMs: 20, backoff: 2, maxDelayMs: 1_000, jitter: 0 } as const;
    const handle = await harness.start(planOf([callNode('a', { retry })]));
    const error = await handle.result().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect(harness.calls.map((call) => call.context.attempt)).toEqual([1, 2, 3]);
    expect(new Set(harness.calls.map((call) => call.context.idempotencyKey)).size).toBe(1);
    expect(new Set(harness.calls.map((call) => call.context.operationId)).size).toBe(3);
    expect(await handle.describe()).toMatchObject({ status: { name: 'FAILED' } });
  });

  test('wait for an event: update delivers it, the second is kept, queries answer, the journal is whole', async () => {
    const plan = planOf([
      opNode('w', { kind: 'waitEvent', event: 'paid' }, { next: { default: ['done'] } }),
      opNode('done', { kind: 'value', output: '{{ nodes.w.sum }}' }),
    ]);
    const handle = await harness.start(plan);
    await expect(handle.query('nodeState')).resolves.toMatchObject({ state: 'WAIT', nodes: { w: { state: 'WAIT' } } });
    await expect(handle.query('explain')).resolves.toMatchObject({
      waitingFor: ['event:paid'],
      nodes: { w: 'waits for event paid' },
    });
    await expect(handle.executeUpdate('deliverEventToRun', { args: [{ name: 'other', data: 0 }] })).resolves.toMatchObject({
      outcome: 'kept',
    });
    await expect(
      handle.executeUpdate('deliverEventToRun', { args: [{ name: 'paid', data: { sum: 7 } }] }),
    ).resolves.toMatchObject({ outcome: 'delivered' });
    expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline(7) });
    const journal = harness.journalOf(handle.workflowId);
    expect(journal.map((entry) => entry.seq)).toEqual(journal.map((_, index) => index + 1));
    const rebuilt = await createJournalReplay(bundle, harness.artifacts)(await handle.fetchHistory(), handle.workflowId);
    expect(rebuilt).toEqual(journal);
    expect(harness.sinkCalls.filter((call) => call.runId === handle.workflowId).some((call) => call.park)).toBe(true);
  });

  test('signals that do not fit are passed over; an event without a name is refused', async () => {
    const handle = await harness.start(planOf([opNode('w', { kind: 'waitEvent', event: 'paid' })]));
    for (const signal of ['deliverEvent', 'childEnded']) {
      await handle.signal(signal);
      await handle.signal(signal, { name: 7, path: 'w', runId: 'x' });
    }
    await expect(handle.executeUpdate('deliverEventToRun', { args: [{ data: 1 }] })).rejects.toMatchObject({
      cause: { type: 'invalid_request' },
    });
    await handle.signal('deliverEvent', { name: 'paid' });
    expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline(null) });
  });

  test('hold and release by update and by signal; both idempotent', async () => {
    const handle = await harness.start(
      planOf([opNode('d', { kind: 'delay', duration: 300 }, { next: { default: ['b'] } }), callNode('b')]),
    );
    await expect(handle.executeUpdate('holdRun', { args: [{ by: 'me' }] })).resolves.toMatchObject({
      state: 'ON_HOLD',
      outcome: 'changed',
    });
    await expect(handle.executeUpdate('holdRun', { args: [{ by: 'me' }] })).resolves.toMatchObject({ outcome: 'unchanged' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expect(handle.query('nodeState')).resolves.toMatchObject({ state: 'ON_HOLD', nodes: { d: { state: 'RUN' } } });
    await handle.signal('release');
    expect(await handle.result()).toMatchObject({ state: 'DONE' });
  });

  test('cancel stops the attempt, undoes, runs finally, and closes as Canceled when Temporal was asked', async () => {
    answer = async ({ context }) => {
      if (context.path !== 'slow') return { output: inline(null) };
      const beat = setInterval(() => Context.current().heartbeat(), 200);
      await Context.current().cancelled.finally(() => clearInterval(beat));
      return { output: inline(null) };
    };
    const plan = planOf([callNode('a', { compensate: callNode('undo'), next: { default: ['slow'] } }), callNode('slow')], {
      finally: frameOf([callNode('clean')]),
    });
    const handle = await harness.start(plan);
    while (!harness.calls.some((call) => call.context.path === 'slow')) await new Promise((resolve) => setTimeout(resolve, 20));
    await handle.executeUpdate('cancelRun', { args: [{ by: 'me', reason: 'test' }] });
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow('Workflow execution cancelled');
    expect(await handle.describe()).toMatchObject({ status: { name: 'CANCELLED' } });
    expect(harness.calls.map((call) => call.context.path)).toEqual(['a', 'slow', 'compensate[0]/a', 'finally/clean']);
    await expect(handle.executeUpdate('holdRun', { args: [{}] })).rejects.toThrow(/completed|not found/);
  }, 20_000);

  test('a long run continues as new from its checkpoint and loses nothing', async () => {
    const body = frameOf([callNode('x')]);
    const loop = opNode('each', {
      kind: 'loop',
      items: '{{ input.items }}',
      as: 'item',
      concurrency: 50,
      tolerate: 0,
      maxIterations: 10_000,
      body,
    });
    answer = ({ context }) => ({ output: inline(context.path) });
    const items = Array.from({ length: 1_500 }, (_, n) => n);
    const handle = await harness.start(planOf([loop]), { input: { items } });
    const result = (await handle.result()) as RunResult;
    expect(result).toMatchObject({ state: 'DONE', counts: { nodeRuns: 1_501 } });
    const journal = harness.journalOf(handle.workflowId);
    expect(new Set(journal.map((entry) => entry.seq)).size).toBe(result.lastSeq);
    // Visibility follows the close by a moment.
    let statuses: string[] = [];
    for (let tries = 0; tries < 50 && !statuses.includes('COMPLETED'); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      statuses = [];
      for await (const execution of harness.client.workflow.list({ query: `WorkflowId = '${handle.workflowId}'` }))
        statuses.push(execution.status.name);
    }
    expect(statuses.toSorted()).toEqual(['COMPLETED', 'CONTINUED_AS_NEW']);
  }, 120_000);
});
