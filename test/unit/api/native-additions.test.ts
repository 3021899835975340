import { RUN_STATES, inline } from '../../../src/flow';
import type { ArtifactRef } from '../../../src/flow';
import { startTestApi } from '../../support/api-client';
import type { TestApi } from '../../support/api-client';

describe('executions beyond the document', () => {
  let api: TestApi;
  let flowId: string;
  beforeEach(async () => {
    api = await startTestApi();
    flowId = ((await api.ask('POST', '/api/v1/flows', { body: { name: 'x', definition: 'x' } })).json as { id: string }).id;
  });
  afterEach(async () => api.close());

  const run = async (body: object = {}, query = '', headers: Record<string, string> = {}) =>
    api.ask('POST', `/api/v1/flows/${flowId}/run${query}`, { body, headers });
  const start = async (): Promise<string> => ((await run()).json as { execution_id: string }).execution_id;

  test('a run without a body takes the empty input', async () => {
    const reply = await api.ask('POST', `/api/v1/flows/${flowId}/run`);
    expect(reply.status).toBe(201);
    expect((await api.ask('GET', reply.headers.get('location') ?? '')).json).toMatchObject({
      input: {},
      state: 'RUN',
      status: 'running',
      flow_version: 1,
    });
  });

  test('every native state has its documented status, and the native one beside it', async () => {
    const status = {
      DONE: 'completed',
      SKIP: 'completed',
      FILTERED: 'completed',
      FAIL: 'failed',
      CANCELLED: 'cancelled',
    } as Record<string, string>;
    const id = await start();
    for (const state of RUN_STATES) {
      api.runs.change(id, { state });
      expect((await api.ask('GET', `/api/v1/executions/${id}`)).json).toMatchObject({
        state,
        status: status[state] ?? 'running',
      });
    }
  });

  test('filters by status accept both spellings of cancelled', async () => {
    const cancelled = await start();
    api.runs.change(cancelled, { state: 'CANCELLED' });
    const waiting = await start();
    api.runs.change(waiting, { state: 'WAIT' });
    const ids = async (query: string) =>
      ((await api.ask('GET', `/api/v1/executions?${query}`)).json as { executions: { id: string }[] }).executions.map(
        ({ id }) => id,
      );
    expect(await ids('status=cancelled')).toEqual([cancelled]);
    expect(await ids('status=canceled')).toEqual([cancelled]);
    expect(await ids('status=running')).toEqual([waiting]);
    expect(await ids(`flow_id=${flowId}&limit=1&offset=1`)).toEqual([cancelled]);
    expect(await ids('flow_id=other')).toEqual([]);
  });

  test('wait is handed on in milliseconds, on run and on get', async () => {
    const reply = await run({}, '?wait=60');
    expect(api.runs.lastWaitMs).toBe(60_000);
    await api.ask('GET', `${reply.headers.get('location')}?wait=2`);
    expect(api.runs.lastWaitMs).toBe(2000);
    await api.ask('GET', `${reply.headers.get('location')}?wait=0`);
    expect(api.runs.lastWaitMs).toBeUndefined();
  });

  test('a key starts one run; another body with it is 409', async () => {
    const key = { 'idempotency-key': 'order-1' };
    const first = await run({ input: { n: 1 } }, '', key);
    const again = await run({ input: { n: 1 } }, '', key);
    expect(again.status).toBe(201);
    expect(again.json).toEqual(first.json);
    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([null, 'true']);
    const other = await run({ input: { n: 2 } }, '', key);
    expect({ status: other.status, body: other.json }).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_conflict' } },
    });
  });

  test('a disabled flow refuses runs with 409', async () => {
    await api.ask('PUT', `/api/v1/flows/${flowId}`, { body: { enabled: false } });
    const refused = await run();
    expect({ status: refused.status, body: refused.json }).toMatchObject({
      status: 409,
      body: { error: { code: 'flow_disabled' } },
    });
  });

  test('hold and release answer the execution; an ended one is 409', async () => {
    const id = await start();
    expect((await api.ask('POST', `/api/v1/executions/${id}/hold`, { body: { reason: 'audit' } })).json).toMatchObject({
      id,
      state: 'ON_HOLD',
    });
    expect((await api.ask('POST', `/api/v1/executions/${id}/hold`)).json).toMatchObject({ state: 'ON_HOLD' });
    expect((await api.ask('POST', `/api/v1/executions/${id}/release`)).json).toMatchObject({ id, state: 'RUN' });
    await api.ask('DELETE', `/api/v1/executions/${id}`);
    for (const action of ['hold', 'release', 'events/paid'])
      expect((await api.ask('POST', `/api/v1/executions/${id}/${action}`)).status).toBe(409);
    expect((await api.ask('DELETE', `/api/v1/executions/${id}`)).status).toBe(409);
  });

  test('an event carries key and data; its Idempotency-Key names the delivery', async () => {
    const id = await start();
    const send = async () =>
      api.ask('POST', `/api/v1/executions/${id}/events/payment%20done`, {
        body: { key: 'order-1', data: { paid: true } },
        headers: { 'idempotency-key': 'd1' },
      });
    expect((await send()).json).toEqual({ outcome: 'kept' });
    expect((await send()).json).toEqual({ outcome: 'duplicate' });
    expect(api.runs.events).toEqual([{ runId: id, name: 'payment done', key: 'order-1', data: { paid: true }, id: 'd1' }]);
  });

  test('nodes, journal and explanation speak snake_case', async () => {
    const id = await start();
    const node = {
      state: 'RETRY',
      type: 'http.request',
      path: 'start#2',
      nodeRunId: 'nrun_1',
      runs: 2,
      attempt: 2,
      maxAttempts: 3,
      startedAt: 0,
    } as const;
    api.runs.change(id, { nodes: { start: node }, waitingFor: ['timer'] });
    expect((await api.ask('GET', `/api/v1/executions/${id}/nodes`)).json).toMatchObject({
      source: 'live',
      nodes: {
        start: {
          state: 'RETRY',
          node_type: 'http.request',
          node_run_id: 'nrun_1',
          max_attempts: 3,
          started_at: '1970-01-01T00:00:00.000Z',
        },
      },
    });
    api.runs.entries.push({ seq: 1, at: 0, type: 'run.started', level: 'info', message: 'Execution started' });
    api.runs.entries.push({
      seq: 2,
      at: 5,
      type: 'node.ended',
      level: 'info',
      message: 'Done',
      node: 'start',
      nodeRunId: 'nrun_1',
      output: inline({ a: 1 }),
    });
    expect((await api.ask('GET', `/api/v1/executions/${id}/journal?after=1`)).json).toEqual({
      entries: [
        {
          seq: 2,
          timestamp: '1970-01-01T00:00:00.005Z',
          type: 'node.ended',
          level: 'info',
          message: 'Done',
          node_id: 'start',
          node_run_id: 'nrun_1',
          output: { a: 1 },
        },
      ],
      after: 1,
      limit: 100,
      last_seq: 2,
    });
    expect((await api.ask('GET', `/api/v1/executions/${id}/explain`)).json).toMatchObject({
      state: 'RUN',
      waiting_for: ['timer'],
      held: false,
    });
  });

  test('a large output is named by reference', async () => {
    const id = await start();
    const ref: ArtifactRef = { store: 'default', key: 'ws_1/run/x', size: 40_000, type: 'application/json', sha256: 'ab' };
    api.runs.change(id, { state: 'DONE', output: { kind: 'claim', ref, known: [] }, endedAt: new Date() });
    const { json } = await api.ask('GET', `/api/v1/executions/${id}`);
    expect(json).toMatchObject({ result_ref: ref });
    expect(json).not.toHaveProperty('result');
  });

  test('versions are numbered, newest first', async () => {
    await api.ask('PUT', `/api/v1/flows/${flowId}`, { body: { definition: 'version: "2.0.0"' } });
    expect((await api.ask('GET', `/api/v1/flows/${flowId}/versions`)).json).toMatchObject({
      versions: [{ number: 2, version: '2.0.0' }, { number: 1 }],
      total: 2,
    });
    expect((await api.ask('GET', `/api/v1/flows/${flowId}/versions/1`)).json).toMatchObject({ number: 1, definition: 'x' });
    const pinned = await run({ version: 1 });
    expect(pinned.json).toMatchObject({ flow_version: 1 });
  });

  test('validate answers 200 with all issues and stores nothing', async () => {
    const before = api.flows.flows.size;
    const bad = await api.ask('POST', '/api/v1/flows/validate', { body: { definition: 'nowhere' } });
    expect({ status: bad.status, body: bad.json }).toMatchObject({
      status: 200,
      body: { valid: false, issues: [{ path: 'nodes.start.next.ok' }] },
    });
    expect((await api.ask('POST', '/api/v1/flows/validate', { body: { definition: 'x' } })).json).toMatchObject({
      valid: true,
      issues: [],
    });
    expect(api.flows.flows.size).toBe(before);
  });

  test('POST on a flow changes name and description only', async () => {
    const reply = await api.ask('POST', `/api/v1/flows/${flowId}`, { body: { name: 'New', description: 'd' } });
    expect({ status: reply.status, body: reply.json }).toMatchObject({
      status: 200,
      body: { name: 'New', description: 'd', latest_version: 1 },
    });
  });

  test('flows filter by tag', async () => {
    await api.ask('POST', '/api/v1/flows', { body: { name: 'tagged', definition: 'x', tags: ['a', 'b'] } });
    expect((await api.ask('GET', '/api/v1/flows?tag=b')).json).toMatchObject({ total: 1, flows: [{ name: 'tagged' }] });
  });
});
