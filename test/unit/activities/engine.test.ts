import { inline, type ArtifactRef, type Json, type Plan } from '../../../src/flow';
import { createMemoryStores } from '../../../src/store/memory';
import type { Flow, FlowVersion, Stores } from '../../../src/store/ports';
import { createHarness, failureOf, inlineOf, inlineScope, NOW, outputOf, RUN, toCall, type Harness } from './harness';

const PLAN: Plan = { engine: 1, flow: { name: 'Order', version: '1' }, root: { nodes: {}, start: [] }, timeoutMs: 1_000 };
const FLOW: Flow = {
  id: 'flow_1',
  workspace: RUN.workspace,
  name: 'Order',
  description: '',
  tags: [],
  enabled: true,
  form: 'native',
  latestVersion: 2,
  publishedVersion: 1,
  versionLabel: '1',
  createdBy: 'acct_1',
  createdAt: new Date(NOW),
  updatedAt: new Date(NOW),
};
const VERSION: FlowVersion = {
  flowId: 'flow_1',
  workspace: RUN.workspace,
  version: 1,
  label: '1',
  form: 'native',
  definition: '',
  plan: PLAN,
  savedBy: 'acct_1',
  createdAt: new Date(NOW),
};
const refOf = (value: { readonly kind: string; readonly ref?: ArtifactRef }): ArtifactRef => {
  if (value.ref === undefined) throw new Error(`No claim: ${value.kind}`);
  return value.ref;
};

describe('claims', () => {
  let harness: Harness;
  beforeEach(() => (harness = createHarness()));
  afterEach(() => harness.close());
  const offload = (value: Json, reads: (string | number)[][] = []) =>
    harness.activities.offload({ ...RUN, key: 'a|output', value, reads });

  it('hold the whole value and the parts that are read, small ones first, within 16 KiB', async () => {
    const value = { a: { b: [1, { c: 'deep' }] }, big: 'x'.repeat(10_000), more: 'y'.repeat(7_000), ['__proto__']: 1 };
    const claim = await offload(value, [
      ['big'],
      ['more'],
      ['a', 'b', 1, 'c'],
      ['a', 'none'],
      ['toString'],
      ['a', 'b', 'length'],
    ]);
    expect(claim).toMatchObject({
      kind: 'claim',
      ref: { size: JSON.stringify(value).length, type: 'application/json' },
      known: [
        [['a', 'b', 1, 'c'], 'deep'],
        [['more'], 'y'.repeat(7_000)],
      ],
    });
    expect(refOf(claim).key).toMatch(/^ws_1\/run_1\/[0-9a-f]{64}\.json$/);
  });

  it('are the same for the same value, and never overwrite another', async () => {
    const first = await offload([1]);
    const again = await offload([1]);
    const other = await offload([2]);
    expect(again).toEqual(first);
    expect(refOf(other).key).not.toBe(refOf(first).key);
    const page = { workspace: RUN.workspace, offset: 0, limit: 10 };
    expect(await harness.activities.readItems({ ...page, ref: refOf(first) })).toEqual({ items: [1], total: 1 });
  });

  it('give their items in pages of 100', async () => {
    const ref = refOf(await offload(Array.from({ length: 250 }, (_, n) => n)));
    const read = (offset: number, limit: number) =>
      harness.activities.readItems({ workspace: RUN.workspace, ref, offset, limit });
    expect(await read(200, 100)).toEqual({ items: Array.from({ length: 50 }, (_, n) => 200 + n), total: 250 });
    expect((await read(0, 1_000)).items).toHaveLength(100);
    expect(await read(300, 100)).toEqual({ items: [], total: 250 });
  });

  it('that are an object give its members', async () => {
    const ref = refOf(await offload({ a: 1, b: [2] }));
    expect(await harness.activities.readItems({ workspace: RUN.workspace, ref, offset: 1, limit: 10 })).toEqual({
      items: [{ key: 'b', value: [2] }],
      total: 2,
    });
  });

  it('give pages that a history can hold, and refuse an item that none can', async () => {
    const large = 'x'.repeat(100 * 1_024);
    const ref = refOf(await offload([large, large, large, 'y'.repeat(257 * 1_024), 1]));
    const read = (offset: number) => harness.activities.readItems({ workspace: RUN.workspace, ref, offset, limit: 100 });
    expect((await read(0)).items).toHaveLength(2);
    expect((await read(2)).items).toHaveLength(1);
    expect(await failureOf(read(3))).toMatchObject({ code: 'item_too_large' });
    expect((await read(4)).items).toEqual([1]);
  });

  it('that are no list have no items', async () => {
    const ref = refOf(await offload('text'));
    const reading = harness.activities.readItems({ workspace: RUN.workspace, ref, offset: 0, limit: 10 });
    expect(await failureOf(reading)).toMatchObject({ code: 'invalid_params' });
  });

  it('refuse values too deep to be kept', async () => {
    const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);
    await expect(offload(nested(64))).resolves.toMatchObject({ kind: 'claim' });
    expect(await failureOf(offload(nested(65)))).toMatchObject({ code: 'output_too_deep' });
    expect(await failureOf(offload(JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as Json))).toMatchObject({
      code: 'output_too_deep',
    });
  });

  it('that are lost are a failure, and do not end in a retry for ever', async () => {
    const ref = refOf(await offload([1]));
    const reading = harness.activities.readItems({
      workspace: RUN.workspace,
      ref: { ...ref, key: `${ref.key}x` },
      offset: 0,
      limit: 1,
    });
    expect((await failureOf(reading)).retryable).toBe(false);
  });
});

describe('evaluate', () => {
  let harness: Harness;
  beforeEach(() => (harness = createHarness()));
  afterEach(() => harness.close());

  it('sees the whole of a claim, and answers small results inline', async () => {
    const claim = await harness.activities.offload({ ...RUN, key: 'a', value: { rows: [1, 2, 3] }, reads: [] });
    const scope = inlineScope({ input: { n: 2 } }, { fetch: claim });
    const evaluate = (kind: 'template' | 'expression', source: Json) =>
      harness.activities.evaluate({ ...RUN, path: 'sum', kind, source, scope, reads: [] });
    expect(await evaluate('expression', 'nodes.fetch.rows[1] + input.n')).toEqual({ ok: true, value: inline(4) });
    expect(await evaluate('template', { last: '{{ nodes.fetch.rows[2] }}', text: 'n={{ trigger.body.n }}' })).toEqual({
      ok: true,
      value: inline({ last: 3, text: 'n=2' }),
    });
  });

  it('answers a fault of the expression', async () => {
    const scope = inlineScope({ input: {} });
    const answer = await harness.activities.evaluate({
      ...RUN,
      path: 'sum',
      kind: 'expression',
      source: 'input.none',
      scope,
      reads: [],
    });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'expression_error', nodePath: 'sum', retryable: false } });
  });

  it('gives the same ids when it is repeated, and different ones for each call', async () => {
    const scope = inlineScope({});
    const source = ['{{ uuid() }}', '{{ uuid() }}'];
    const ask = async () => {
      const answer = await harness.activities.evaluate({ ...RUN, path: 'ids', kind: 'template', source, scope, reads: [] });
      return answer.ok ? (inlineOf(answer.value) as string[]) : [];
    };
    const [first, second] = await ask();
    expect(first).not.toBe(second);
    expect(await ask()).toEqual([first, second]);
  });

  it('params that need a claim are resolved in the call; code stays as it is written', async () => {
    const claim = await harness.activities.offload({ ...RUN, key: 'a', value: { name: 'k' }, reads: [] });
    const scope = inlineScope({}, { fetch: claim });
    const params = {
      kind: 'source',
      template: { input: '{{ nodes.fetch.name }}' },
      raw: { code: 'return "{{ " + input' },
      scope,
    } as const;
    expect(await outputOf(harness.activities.call(toCall('script', {}, { params })))).toBe('{{ k');
  });
});

describe('checkpoints', () => {
  it('come back as they were saved, whatever their depth', async () => {
    const harness = createHarness();
    const state = { deep: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as Json };
    const ref = await harness.activities.saveCheckpoint({ ...RUN, key: 'c1', state });
    const text = Buffer.from(await harness.deps.artifacts.get(ref)).toString('utf8');
    expect(text).toBe(JSON.stringify(state));
    await harness.close();
  });
});

describe('loadPlan', () => {
  it('finds a version, and says when there is none', async () => {
    const harness = createHarness();
    await harness.deps.stores.flows.insert(FLOW);
    await harness.deps.stores.flows.insertVersion(VERSION);
    const load = (version: number, workspace: string = RUN.workspace) =>
      harness.activities.loadPlan({ workspace, flowId: 'flow_1', version });
    expect(await load(1)).toEqual(PLAN);
    expect(await failureOf(load(9))).toMatchObject({ code: 'not_found' });
    expect(await failureOf(load(1, 'ws_other'))).toMatchObject({ code: 'not_found' });
    await harness.close();
  });
});

describe('admit', () => {
  let stores: Stores;
  let harness: Harness;
  beforeEach(async () => {
    stores = createMemoryStores();
    harness = createHarness({ stores });
    await stores.flows.insert(FLOW);
    const inputSchema = { type: 'object', required: ['id'] };
    await stores.flows.insertVersion(VERSION);
    await stores.flows.insertVersion({
      ...VERSION,
      version: 2,
      inputSchema,
      plan: { ...PLAN, flow: { name: 'Order', version: '2' } },
    });
  });
  afterEach(() => harness.close());
  const admit = (change: Partial<Parameters<Harness['activities']['admit']>[0]> = {}) =>
    harness.activities.admit({ ...RUN, flow: 'flow_1', input: inline({}), ...change });

  it('takes the published version unless one is named, by id or by name, and inserts the row', async () => {
    expect(await admit({ parent: { runId: 'run_0', path: 'sub' } })).toEqual({
      admitted: true,
      flowId: 'flow_1',
      flowName: 'Order',
      version: 1,
      plan: PLAN,
    });
    expect(await stores.runs.get(RUN.workspace, RUN.runId)).toMatchObject({
      state: 'NEW',
      version: 1,
      flowName: 'Order',
      trigger: { type: 'flow', parentRunId: 'run_0', parentPath: 'sub' },
      createdAt: new Date(NOW),
    });
    expect(await admit({ runId: 'run_2', flow: 'Order', version: 2, input: inline({ id: 1 }) })).toMatchObject({
      admitted: true,
      version: 2,
    });
    expect(await stores.runs.getById('run_2')).toMatchObject({ trigger: { type: 'schedule' } });
  });

  it('refuses with a reason, and keeps the row', async () => {
    const refused = { admitted: false, state: 'FAIL' };
    expect(await admit({ runId: 'run_a', flow: 'none' })).toMatchObject({ ...refused, failure: { code: 'flow_not_found' } });
    expect(await admit({ runId: 'run_b', version: 9 })).toMatchObject({ ...refused, failure: { code: 'version_not_found' } });
    expect(await admit({ runId: 'run_c', version: 2 })).toMatchObject({
      ...refused,
      failure: { code: 'invalid_input', details: { issues: [{ code: 'missing_field' }] } },
    });
    expect(await admit({ runId: 'run_d', workspace: 'ws_other' })).toMatchObject({
      ...refused,
      failure: { code: 'flow_not_found' },
    });
    await stores.flows.update(RUN.workspace, 'flow_1', { enabled: false });
    expect(await admit({ runId: 'run_e' })).toMatchObject({ admitted: false, state: 'SKIP', failure: { code: 'flow_disabled' } });
    for (const id of ['run_a', 'run_b', 'run_c', 'run_d', 'run_e'])
      expect(await stores.runs.getById(id)).toMatchObject({ state: 'NEW' });
  });

  it('reads a claimed input', async () => {
    const input = await harness.activities.offload({ ...RUN, key: 'input', value: { id: 1 }, reads: [] });
    expect(await admit({ version: 2, input })).toMatchObject({ admitted: true });
  });

  it('answers the same when it is asked again, whatever happened to the flow since', async () => {
    const first = await admit();
    await stores.flows.update(RUN.workspace, 'flow_1', { enabled: false, publishedVersion: 2 });
    expect(await admit()).toEqual(first);
    const refusal = await admit({ runId: 'run_2' });
    expect(refusal).toMatchObject({ state: 'SKIP' });
    await stores.flows.update(RUN.workspace, 'flow_1', { enabled: true });
    expect(await admit({ runId: 'run_2' })).toEqual(refusal);
  });

  it('two at once give one row and one answer', async () => {
    const [one, two] = await Promise.all([admit(), admit()]);
    expect(one).toEqual(two);
    expect((await stores.runs.list(RUN.workspace, {}, { limit: 10, offset: 0 })).total).toBe(1);
  });
});
