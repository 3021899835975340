/** Definitions in layers on the real engine: five plays, from their text to their end. */
import type { JsonObject } from '../../../src/flow';
import { createMemoryStores } from '../../../src/store/memory';
import { sharedEngines } from '../../support/engines';
import { createReprise, type RepriseHarness } from '../../support/reprise-harness';
import { startTarget, type Target } from '../../support/target';
import { workflowBundle } from '../../support/workflow-bundle';

const { temporalAddress } = sharedEngines();

let reprise: RepriseHarness;
let target: Target;
beforeAll(async () => {
  target = await startTarget();
  reprise = await createReprise({ address: temporalAddress, bundle: await workflowBundle(), stores: createMemoryStores() });
  await reprise.startWorker();
});
afterAll(async () => {
  await reprise.stop();
  await target.close();
});

const save = async (layers: readonly JsonObject[], more: JsonObject = {}): Promise<string> => {
  const definition = JSON.stringify({ name: 'Play', ...more, layers: [...layers] }, null, 2);
  const flow = await reprise.flows.create(reprise.me, { definition });
  expect((await reprise.flows.get(reprise.me, flow.id)).version.definition).toBe(definition);
  return flow.id;
};
const play = async (flowId: string, input: JsonObject = {}) => {
  const { run } = await reprise.runs.start(reprise.me, { flowId, input }, { waitMs: 20_000 });
  const { nodes } = await reprise.runs.nodes(reprise.me, run.id);
  const states = Object.fromEntries(Object.entries(nodes).map(([site, { state }]) => [site, state]));
  const output = run.output?.kind === 'inline' ? run.output.value : undefined;
  return { run, state: run.state, states, output };
};
const value = (ref: string, index: number, values: JsonObject, more: JsonObject = {}): JsonObject => ({
  ref,
  index,
  appId: 'var',
  args: { values },
  ...more,
});

test('curl: its output has the names of the contract, and filters branch on the status', async () => {
  const filters = (operator: string) => [{ leftValue: '{{ $prev.get.statusCode }}', operator, rightValue: 400 }];
  const id = await save([
    { ref: 'get', index: 0, appId: 'curl', args: { url: `${target.url}/status/404` } },
    value('good', 1, { s: '{{ $prev.get.statusCode }}' }, { filters: filters('lt') }),
    value(
      'bad',
      1,
      { s: '{{ $prev.get.statusCode }}', took: '{{ gte $prev.get.duration 0 }}', type: '{{ len $prev.get.headers }}' },
      { filters: filters('gte') },
    ),
  ]);
  const { state, states, output } = await play(id);
  expect(states).toEqual({ get: 'DONE', good: 'FILTERED', bad: 'DONE' });
  expect([state, output]).toEqual(['DONE', { s: 404, took: true, type: expect.any(Number) }]);
});

test('an iterator over args, with stored values read in each iteration, and an aggregator', async () => {
  const id = await save([
    { ref: 'keep', index: 0, appId: 'kv-set', args: { key: 'factor', value: 10 } },
    { ref: 'each', index: 1, appId: 'iterator', args: { items: '{{ $prev.args.lines }}', batchSize: 2 } },
    value('line', 2, { n: '{{ mul $prev.each.item ($kv.get "factor") }}' }),
    { ref: 'sum', index: 3, appId: 'aggregator', args: { sourceRef: 'line', field: 'n' } },
  ]);
  expect((await play(id, { lines: [1, 2, 3] })).output).toEqual({ items: [10, 20, 30], count: 3 });
});

test('a failure is told apart by states, and a sub-flow runs as a play of its own', async () => {
  const child = await save([value('answer', 0, { total: '{{ add $prev.args.a $prev.args.b }}' })]);
  const id = await save([
    {
      ref: 'broken',
      index: 0,
      appId: 'wget',
      args: { url: `${target.url}/status/500` },
      retry: { count: 1, delayMs: 10 },
      onError: 'continue',
    },
    { ref: 'sub', index: 1, appId: 'subflow', args: { flowId: child, args: { a: 1, b: 2 } } },
    value('end', 2, {
      broken: '{{ $prev.broken.state }}',
      sub: '{{ $prev.sub.state }}',
      total: '{{ $prev.sub.out.total }}',
      id: '{{ $prev.sub.playId }}',
    }),
  ]);
  const { state, output } = await play(id);
  const { id: childRun } = output as { id: string };
  expect([state, output]).toEqual(['DONE', { broken: 'FAIL', sub: 'DONE', total: 3, id: expect.stringMatching(/^run_/) }]);
  expect((await reprise.runs.get(reprise.me, childRun, { waitMs: 20_000 })).state).toBe('DONE');
});

test('a deferred layer: the play is DEFERRED, then goes on', async () => {
  const id = await save([value('first', 0, {}), value('later', 1, { done: true }, { deferAfterMs: 1_500 })]);
  const { run } = await reprise.runs.start(reprise.me, { flowId: id, input: {} });
  let shown = '';
  for (let tries = 0; tries < 100 && shown !== 'DEFERRED'; tries += 1)
    shown = (await reprise.runs.nodes(reprise.me, run.id)).state;
  expect(shown).toBe('DEFERRED');
  expect((await reprise.runs.get(reprise.me, run.id, { waitMs: 20_000 })).state).toBe('DONE');
});

test('a failed play starts its onFailFlowId, and stays as it ended', async () => {
  const help = await save([
    value('note', 0, { of: '{{ $prev.args.failedPlay.playId }}', code: '{{ $prev.args.failedPlay.error.code }}' }),
  ]);
  const id = await save([{ ref: 'x', index: 0, appId: 'wget', args: { url: `${target.url}/status/404` } }], {
    execution: { onFailFlowId: help },
  });
  const { run, state } = await play(id);
  expect([state, run.error?.code]).toEqual(['FAIL', 'client_error']);
  const started = (await reprise.runs.list(reprise.me, { flowId: help }, { limit: 10, offset: 0 })).items;
  expect(started).toHaveLength(1);
  const ended = await reprise.runs.get(reprise.me, started[0]?.id ?? '', { waitMs: 20_000 });
  expect(ended.output).toMatchObject({ value: { of: run.id, code: 'client_error' } });
});

test('a play without layers is SKIP, and a part of another form is refused', async () => {
  const id = await save([]);
  expect((await play(id)).state).toBe('SKIP');
  const native = await reprise.flows.create(reprise.me, { definition: 'nodes: { a: { type: log, params: { message: x } } }' });
  expect([(await reprise.flows.get(reprise.me, id)).flow.form, native.form]).toEqual(['plays', 'native']);
  await expect(reprise.flows.edit(reprise.me, native.id, 'plays', () => '{"layers":[]}')).rejects.toMatchObject({
    code: 'other_form',
  });
});
