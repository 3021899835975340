/** Local calls run ahead of the workflow: fewer markers, the same run. */
import { inline, type JournalEntry } from '../../../src/flow';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { createJournalReplay } from '../../../src/worker/replay-journal';
import { SIGNALS, type RunResult } from '../../../src/workflows/contract';
import { callNode, frameOf, opNode, planOf } from '../../support/plans';
import { createHarness, nodeFailure, type FakeCall, type Harness } from '../../support/run-harness';

const address = process.env['REPRISE_TEST_TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
const local = (id: string, more: Parameters<typeof callNode>[1] = {}) => callNode(id, { execution: 'local', ...more });
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let harness: Harness;
let bundle: Awaited<ReturnType<typeof bundleWorkflows>>;
let answer: FakeCall = () => ({ output: inline(null) });
beforeAll(async () => {
  bundle = await bundleWorkflows();
  harness = await createHarness({ address, bundle, call: (input) => answer(input) });
}, 60_000);
afterAll(() => harness.stop());
beforeEach(() => {
  answer = ({ context }) => ({ output: inline(context.path) });
  harness.calls.length = 0;
});

const markersOf = async (runId: string): Promise<number> =>
  (await harness.eventsOf(runId)).filter((event) => event === 'markerRecorded').length;
const paths = (): string[] => harness.calls.map(({ context }) => context.path);
const story = (entries: readonly JournalEntry[]): string[] =>
  entries.filter(({ type }) => type === 'node.ended').map(({ path, state }) => `${path} ${state}`);

/** What the workflow told is what a replay of its history tells, entry by entry, times included. */
const expectReplays = async (runId: string): Promise<void> => {
  const history = await harness.client.workflow.getHandle(runId).fetchHistory();
  expect(await createJournalReplay(bundle, harness.artifacts)(history, runId)).toEqual(harness.journalOf(runId));
};

test('values go from link to link, and the workflow tells each of them', async () => {
  const links = ['a', 'b', 'c'].map((id, index, all) =>
    local(id, {
      op: { kind: 'call', activity: 'httpRequest', params: { url: index === 0 ? 'x' : `{{ nodes.${all[index - 1]} + "!" }}` } },
      next: index + 1 < all.length ? { default: [all[index + 1] ?? ''] } : {},
    }),
  );
  answer = ({ params }) => ({ output: inline(params.kind === 'resolved' ? (params.value as { url: string }).url : null) });
  const handle = await harness.start(planOf(links));
  expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline('x!!') });
  expect(await markersOf(handle.workflowId)).toBe(1);
  expect(story(harness.journalOf(handle.workflowId))).toEqual(['a DONE', 'b DONE', 'c DONE']);
  await expectReplays(handle.workflowId);
});

test('a loop over calls takes few markers, each item is called once', async () => {
  const body = frameOf([local('get')]);
  const loop = opNode('each', {
    kind: 'loop',
    items: '{{ input.items }}',
    as: 'item',
    concurrency: 5,
    tolerate: 0,
    maxIterations: 10_000,
    body,
  });
  const items = Array.from({ length: 60 }, (_, n) => n);
  const handle = await harness.start(planOf([loop]), { input: { items } });
  const { output } = (await handle.result()) as RunResult;
  expect(output).toEqual(inline(items.map((n) => `each[${n}]/get`)));
  expect(paths()).toHaveLength(60);
  expect(new Set(paths()).size).toBe(60);
  expect(await markersOf(handle.workflowId)).toBeLessThanOrEqual(6);
  await expectReplays(handle.workflowId);
});

test('branches that end in another order than they began join as they came', async () => {
  const join = opNode('join', { kind: 'value', output: '{{ [nodes.slow, nodes.fast] }}' }, { join: 'all' });
  const plan = planOf([local('slow', { next: { default: ['join'] } }), local('fast', { next: { default: ['join'] } }), join]);
  answer = async ({ context }) => {
    await after(context.path === 'slow' ? 80 : 5);
    return { output: inline(context.path) };
  };
  const handle = await harness.start(plan);
  expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline(['slow', 'fast']) });
  expect(story(harness.journalOf(handle.workflowId))).toEqual(['fast DONE', 'slow DONE', 'join DONE']);
  expect(await markersOf(handle.workflowId)).toBe(1);
  await expectReplays(handle.workflowId);
});

test('a failure on the way is caught, and the chain goes on behind it', async () => {
  const plan = planOf([
    local('a', { next: { default: ['b'] } }),
    local('b', { catch: [{ errors: ['boom'], next: ['c'] }] }),
    local('c'),
  ]);
  answer = ({ context }) => {
    if (context.path === 'b') throw nodeFailure({ code: 'boom', message: 'no b' });
    return { output: inline(context.path) };
  };
  const handle = await harness.start(plan);
  expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline('c') });
  expect(await markersOf(handle.workflowId)).toBe(1);
  expect(story(harness.journalOf(handle.workflowId))).toEqual(['a DONE', 'b FAIL', 'c DONE']);
  await expectReplays(handle.workflowId);
});

test('a chain hands over to a regular activity and goes on after it', async () => {
  const plan = planOf([
    local('a', { next: { default: ['b'] } }),
    callNode('b', { next: { default: ['c'] } }),
    local('c', { next: { default: ['d'] } }),
    local('d'),
  ]);
  const handle = await harness.start(plan);
  expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline('d') });
  const events = await harness.eventsOf(handle.workflowId);
  expect(events.filter((event) => event === 'activityTaskScheduled')).toHaveLength(1);
  expect(await markersOf(handle.workflowId)).toBe(2);
  expect(paths()).toEqual(['a', 'b', 'c', 'd']);
  await expectReplays(handle.workflowId);
});

test('a long chain is cut into tasks, so that a signal waits for some hundred milliseconds and not for the chain', async () => {
  const links = Array.from({ length: 12 }, (_, n) => local(`n${n}`, { next: n < 11 ? { default: [`n${n + 1}`] } : {} }));
  answer = async ({ context }) => {
    await after(100);
    return { output: inline(context.path) };
  };
  const handle = await harness.start(planOf(links));
  await after(150);
  await handle.signal(SIGNALS.hold, { by: 'test' });
  await after(2_500);
  const held = story(harness.journalOf(handle.workflowId)).length;
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(12);
  await handle.signal(SIGNALS.release, { by: 'test' });
  expect(await handle.result()).toMatchObject({ state: 'DONE', output: inline('n11') });
  expect(story(harness.journalOf(handle.workflowId))).toEqual(links.map(({ id }) => `${id} DONE`));
  await expectReplays(handle.workflowId);
}, 20_000);

test('outputs of one workflow task stay under its limit, however many calls answer large', async () => {
  const links = Array.from({ length: 80 }, (_, n) => local(`n${n}`, { next: n < 79 ? { default: [`n${n + 1}`] } : {} }));
  answer = () => ({ output: inline('x'.repeat(30_000)) });
  const handle = await harness.start(planOf(links));
  expect(await handle.result()).toMatchObject({ state: 'DONE' });
  expect(new Set(paths()).size).toBe(80);
}, 30_000);

test('many calls with long paths at once: what the Temporal UI shows of them is cut, the run goes on', async () => {
  const long = (n: number): string => `${'n'.repeat(250)}${n}`;
  const calls = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? local(long(n)) : callNode(long(n))));
  const handle = await harness.start(planOf(calls));
  expect(await handle.result()).toMatchObject({ state: 'DONE' });
  expect(paths()).toHaveLength(20);
});
