/** Sub-flows on the real server: ends, failures, cancel and hold that cascade, detaching, and attempts that do not stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { inline, type NodePlan, type Plan } from '../../../src/flow';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { callNode, frameOf, opNode, planOf } from '../../support/plans';
import { createHarness, nodeFailure, type FakeCall, type Harness } from '../../support/run-harness';

const address = process.env['REPRISE_TEST_TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
const wait = (event: string, next: Record<string, string[]> = {}) => opNode(event, { kind: 'waitEvent', event }, { next });
const FLOWS: Readonly<Record<string, Plan>> = {
  doubles: planOf([opNode('v', { kind: 'value', output: '{{ input.n * 2 }}' })]),
  fails: planOf([callNode('bad')]),
  waits: planOf([wait('go', { default: ['tell'] }), opNode('tell', { kind: 'value', output: '{{ nodes.go }}' })], {
    start: ['go'],
    finally: frameOf([callNode('clean')]),
  }),
};

describe('sub-flows', () => {
  let harness: Harness;
  let answer: FakeCall;
  beforeAll(async () => {
    const bundle = await bundleWorkflows();
    harness = await createHarness({
      address,
      bundle,
      call: (input) => answer(input),
      admit: ({ flow }) => {
        const plan = FLOWS[flow];
        const named = { flowId: flow, flowName: flow, version: 1 };
        if (plan !== undefined) return Promise.resolve({ admitted: true, ...named, plan });
        const failure = { code: 'flow_not_found', message: `There is no flow ${flow}`, retryable: false, nodePath: '' };
        return Promise.resolve({ admitted: false, ...named, state: flow === 'off' ? 'SKIP' : 'FAIL', failure });
      },
    });
  }, 60_000);
  afterAll(() => harness.stop());
  beforeEach(() => {
    harness.calls.length = 0;
    answer = ({ context: { path } }) => {
      if (path === 'bad') throw nodeFailure({ code: 'bad' });
      return { output: inline(path) };
    };
  });

  const sub = (flow: string, mode: 'wait' | 'detach' = 'wait', more: Partial<NodePlan> = {}) =>
    opNode('sub', { kind: 'flow', flow, input: { n: 4 }, mode }, more);
  const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(25);
    }
    throw new Error('does not come true');
  };
  /** The child of a run whose node `sub` waits. */
  const childOf = async (handle: WorkflowHandle): Promise<WorkflowHandle> => {
    const id = await until(async () => {
      const { nodes } = await handle.query<{ nodes: Record<string, string> }>('explain');
      return /sub-flow run (\S+)/.exec(nodes['sub'] ?? '')?.[1];
    });
    const child = harness.client.workflow.getHandle(id);
    await until(() => stateOf(child));
    return child;
  };
  const stateOf = (handle: WorkflowHandle): Promise<string | undefined> =>
    handle.query<{ state?: string }>('nodeState').then(
      ({ state }) => state,
      () => undefined,
    );
  const comesTo = (handle: WorkflowHandle, state: string) =>
    until(async () => ((await stateOf(handle)) === state ? true : undefined));

  test.each<[string, object]>([
    ['doubles', { state: 'DONE', output: inline(8) }],
    ['off', { state: 'SKIP' }],
  ])('%s: its end is the end of the node', async (flow, result) => {
    expect(await (await harness.start(planOf([sub(flow)]))).result()).toMatchObject(result);
  });

  test.each([
    ['fails', 'bad'],
    ['nowhere', 'flow_not_found'],
  ])('%s: its failure is the cause of the node’s, which can be caught', async (flow, code) => {
    const caught = sub(flow, 'wait', { catch: [{ errors: ['subflow_failed'], next: ['note'] }] });
    const note = opNode('note', { kind: 'value', output: '{{ error.message }}' });
    const handle = await harness.start(planOf([caught, note], { start: ['sub'] }));
    expect(await handle.result()).toMatchObject({ state: 'DONE' });
    const ended = harness.journalOf(handle.workflowId).find(({ type, path }) => type === 'node.ended' && path === 'sub');
    expect(ended).toMatchObject({ failure: { code: 'subflow_failed', cause: { code } } });
  });

  test('cancel cascades: the child runs its finally first, then the parent ends', async () => {
    const handle = await harness.start(planOf([sub('waits')]));
    const child = await childOf(handle);
    await handle.executeUpdate('cancelRun', { args: [{ by: 'me' }] });
    expect(await handle.result()).toMatchObject({ state: 'CANCELLED' });
    expect(harness.calls.map(({ context }) => [context.runId, context.path])).toEqual([[child.workflowId, 'finally/clean']]);
    expect(await child.describe()).toMatchObject({ status: { name: 'CANCELLED' } });
  });

  test('hold and release cascade', async () => {
    const handle = await harness.start(planOf([sub('waits')]));
    const child = await childOf(handle);
    await handle.executeUpdate('holdRun', { args: [{ by: 'me' }] });
    await comesTo(child, 'ON_HOLD');
    await child.signal('deliverEvent', { name: 'go', data: 5 });
    await handle.executeUpdate('releaseRun', { args: [{ by: 'me' }] });
    expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline(5) });
  });

  test('a child that is ended from outside fails the node', async () => {
    const handle = await harness.start(planOf([sub('waits')]));
    await (await childOf(handle)).terminate('test');
    await expect(handle.result()).rejects.toMatchObject({ cause: { details: [{ error: { code: 'subflow_failed' } }] } });
  });

  test('a detached one answers its run id and lives on when its parent ends', async () => {
    const handle = await harness.start(planOf([sub('waits', 'detach')]));
    const { output } = (await handle.result()) as { output: { value: { runId: string } } };
    const child = harness.client.workflow.getHandle(output.value.runId);
    await comesTo(child, 'WAIT');
    await child.signal('deliverEvent', { name: 'go', data: 6 });
    expect(await child.result()).toMatchObject({ state: 'DONE', output: inline(6) });
  });

  test('an attempt that does not stop is given up after its time, and what it says later is not heard', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    answer = async ({ context: { path } }) => {
      // It says that it is alive and does not look at its cancellation.
      const beat = setInterval(() => Context.current().heartbeat(), 500);
      if (path === 'deaf') await finished;
      clearInterval(beat);
      return { output: inline(path) };
    };
    const handle = await harness.start(
      planOf([callNode('deaf', { attemptTimeoutMs: 120_000 })], { finally: frameOf([callNode('clean')]) }),
    );
    await until(() => (harness.calls.length > 0 ? true : undefined));
    await handle.executeUpdate('cancelRun', { args: [{ by: 'me' }] });
    expect(await handle.result()).toMatchObject({ state: 'CANCELLED', counts: { cancelled: 1, done: 1 } });
    expect((await harness.eventsOf(handle.workflowId)).includes('activityTaskTimedOut')).toBe(false);
    finish();
    expect(harness.calls.map(({ context }) => context.path)).toContain('finally/clean');
  }, 90_000);
});
