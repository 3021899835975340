import { inline } from '../../../../src/flow';
import { PLAY_STATES } from '../../../../src/api/plays/states';
import { startTestApi } from '../../../support/api-client';
import type { TestApi } from '../../../support/api-client';
import { differences, readDocumented, readFixture } from '../../../support/documented';

const at = (time: string): Date => new Date(`2024-01-15T${time}Z`);
let api: TestApi;
let flowId: string;
beforeEach(async () => {
  api = await startTestApi();
  const layers = [{ ref: 'downloadPdf', appId: 'var', args: { values: { a: 1 } } }];
  const created = await api.ask('POST', '/api/flows', { body: { name: 'Invoices', category: 'finance', layers } });
  expect(created.status).toBe(201);
  flowId = (created.json as { id: string }).id;
});
afterEach(async () => api.close());

/** Asks as the document does, with our ids in the place of its sample ids. */
async function replay(name: string, playId = '') {
  const { request, response } = readDocumented('plays', name);
  const path = request.path.replace('65abc123', flowId).replace('65xyz789', playId);
  const reply = await api.ask(request.method, path, request.body === undefined ? {} : { body: request.body });
  expect({ name, status: reply.status }).toEqual({ name, status: response.status });
  return { json: reply.json as Record<string, never>, differences: differences(reply.json, response.body) };
}
const start = async (): Promise<string> => (await replay('run-flow')).json['playId'] ?? '';

describe('the examples of the plays document, literally', () => {
  test('triggering a flow', async () => {
    expect((await replay('run-flow')).differences).toEqual([]);
  });

  test('polling for results', async () => {
    const id = await start();
    api.runs.change(id, { state: 'DONE', startedAt: at('10:05:00'), endedAt: at('10:05:03.241') });
    expect((await replay('get-play', id)).differences).toEqual([]);
    expect(PLAY_STATES).toEqual(readFixture('plays', 'poll-states'));
  });

  test('getting step output', async () => {
    const id = await start();
    const { response } = readDocumented('plays', 'play-layers');
    for (const layer of response.body as { ref: string; out: never }[])
      api.runs.nodeViews.push({
        id: `nrun_${layer.ref}`,
        path: layer.ref,
        type: 'http.request',
        state: 'DONE',
        deferred: false,
        attempt: 1,
        startedAt: at('10:05:00'),
        endedAt: at('10:05:01'),
        output: inline(layer.out),
      });
    expect((await replay('play-layers', id)).differences).toEqual([]);
  });

  test('idempotent execution: the same play again', async () => {
    const first = await replay('run-with-key');
    expect(first.differences).toEqual([]);
    expect((await replay('run-with-key')).json['playId']).toBe(first.json['playId']);
  });

  test('listing play history', async () => {
    await start();
    expect((await replay('play-history')).differences).toEqual([]);
  });
});

describe('plays in their own words', () => {
  test('a cancelled run is FAIL with a member that says so, also in a filter', async () => {
    const id = await start();
    api.runs.change(id, { state: 'CANCELLED', endedAt: at('10:05:01') });
    expect((await api.ask('GET', `/api/plays/${id}`)).json).toMatchObject({ state: 'FAIL', cancelled: true });
    expect((await api.ask('GET', '/api/plays?state=FAIL')).json).toMatchObject({ total: 1, data: [{ id }] });
    expect((await api.ask('GET', '/api/plays?state=DONE')).json).toMatchObject({ total: 0, pages: 0 });
  });

  test('the parts of a layer are no layers; one that asks makes it WAIT', async () => {
    const id = await start();
    const part = { type: 'approval', state: 'WAIT', deferred: false, attempt: 1 } as const;
    api.runs.nodeViews.push(
      { ...part, id: 'nrun_1', path: 'pay', type: 'group', state: 'RUN' },
      { ...part, id: 'nrun_2', path: 'pay/pay--approval' },
      { ...part, id: 'nrun_3', path: 'later', state: 'READY', deferred: true },
    );
    expect((await api.ask('GET', `/api/plays/${id}/layers`)).json).toMatchObject([
      { id: 'nrun_1', ref: 'pay', state: 'WAIT' },
      { id: 'nrun_3', ref: 'later', state: 'DEFERRED' },
    ]);
  });

  test.each([
    ['GET', '/api/plays/none', 404, 'NOT_FOUND'],
    ['GET', '/api/plays/none/layers', 404, 'NOT_FOUND'],
    ['GET', '/api/flows/none/plays', 404, 'NOT_FOUND'],
    ['GET', '/api/nothing', 404, 'NOT_FOUND'],
    ['PATCH', '/api/plays', 405, 'INVALID_REQUEST'],
    ['GET', '/api/plays?size=101', 400, 'INVALID_REQUEST'],
    ['GET', '/api/plays?state=done', 400, 'INVALID_REQUEST'],
    ['GET', '/api/plays?from=yesterday', 400, 'INVALID_REQUEST'],
    ['POST', '/api/kv', 400, 'INVALID_REQUEST'],
  ])('%s %s is %i %s in its envelope', async (method, path, statusCode, error) => {
    const reply = await api.ask(method, path);
    expect(reply.json).toMatchObject({ error, statusCode, message: expect.any(String) });
    expect(reply.status).toBe(statusCode);
    expect((await api.ask(method, path, { token: '' })).json).toMatchObject({ error: 'UNAUTHORIZED', statusCode: 401 });
  });

  test('key-value entries: set, listed by scope, deleted', async () => {
    const set = (body: object) => api.ask('POST', '/api/kv', { body });
    const { json } = await set({ key: 'rate', value: { eur: 1 } });
    expect(json).toMatchObject({ scope: 'global', key: 'rate', value: { eur: 1 } });
    expect((await set({ key: 'n', value: 1, scope: 'flow', scopeKey: flowId })).json).toMatchObject({ scopeKey: flowId });
    expect((await set({ key: '~x', value: 1 })).status).toBe(400);
    expect((await set({ key: 'x', value: 1, scope: 'flow' })).status).toBe(400);
    expect((await set({ key: 'x' })).status).toBe(400);
    expect((await api.ask('GET', '/api/kv?scope=flow')).json).toMatchObject({ total: 1, data: [{ key: 'n' }] });
    const { id } = json as { id: string };
    expect((await api.ask('DELETE', `/api/kv/${id}`)).status).toBe(200);
    expect((await api.ask('DELETE', `/api/kv/${id}`)).status).toBe(404);
    expect((await api.ask('GET', '/api/kv')).json).toMatchObject({ total: 1 });
  });
});
