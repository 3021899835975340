import { inline } from '../../../src/flow';
import type { Run } from '../../../src/service/contract';
import { startTestApi } from '../../support/api-client';
import type { TestApi } from '../../support/api-client';
import { differences, readDocumented } from '../../support/documented';

const read = (name: string) => readDocumented('flowrunner', name);
const at = (time: string): Date => new Date(`2023-01-01T${time}Z`);

/** Asks as the document does, with our ids in the place of its sample ids. */
async function replay(api: TestApi, name: string, ids: Record<string, string> = {}) {
  const { request, response } = read(name);
  const path = request.path.replace(/(flow|exec|account)-\d+/g, (sample) => ids[sample] ?? sample);
  const reply = await api.ask(request.method, path, request.body === undefined ? {} : { body: request.body });
  return {
    reply,
    differences: [
      ...(reply.status === response.status ? [] : [`status ${reply.status}`]),
      ...differences(reply.json, response.body),
    ],
  };
}

describe('the examples of the FlowRunner document, literally', () => {
  let api: TestApi;
  let flowId: string;
  let ids: Record<string, string>;

  beforeEach(async () => {
    api = await startTestApi();
    const created = await api.ask('POST', '/api/v1/flows', { body: read('create-flow').request.body });
    flowId = (created.json as { id: string }).id;
    ids = { 'flow-123': flowId };
  });
  afterEach(async () => api.close());

  const startRun = async (change: Partial<Run>): Promise<string> => {
    const reply = await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: read('run-flow').request.body });
    const id = (reply.json as { execution_id: string }).execution_id;
    api.runs.change(id, change);
    return id;
  };
  const completed = {
    state: 'DONE',
    startedAt: at('12:00:00'),
    endedAt: at('12:00:05'),
    output: inline({ output: 'value' }),
  } as const;
  const failed = {
    state: 'FAIL',
    startedAt: at('12:10:00'),
    endedAt: at('12:10:02'),
    error: {
      code: 'server_error',
      message: 'HTTP request failed with status 500',
      status: 500,
      retryable: true,
      nodePath: 'start',
    },
  } as const;

  test('login', async () => {
    const admin = await api.stores.accounts.findByEmail('admin@ws_1.example');
    if (admin === undefined) throw new Error('the test API has no admin');
    await api.stores.accounts.insert({ ...admin, id: 'acct_user', email: 'user@example.com' });
    expect((await replay(api, 'login')).differences).toEqual([]);
  });

  test('refresh, logout', async () => {
    expect((await replay(api, 'refresh')).differences).toEqual([]);
    expect((await replay(api, 'logout')).differences).toEqual([]);
    expect((await replay(api, 'refresh')).reply.status).toBe(401);
  });

  test('accounts: create, list, get, update, delete', async () => {
    const { accounts } = api.stores;
    const first = await accounts.update('ws_1', 'acct_ws_1_admin', { name: 'Another Account', email: 'another@example.com' });
    if (first === undefined || first === 'email_taken') throw new Error('the test API has no admin');
    api.clock.ms += 1;
    await accounts.insert({
      ...first,
      id: 'acct_mine',
      name: 'My Account',
      email: 'user@example.com',
      createdAt: new Date(api.clock.ms),
    });
    ids = { 'account-123': 'acct_mine' };
    // The documented caller is no admin; ours is one, which is what the documented list asks for.
    const listed = await replay(api, 'list-accounts');
    expect(listed.differences).toEqual(['$.accounts[1].role: "admin" instead of "user"']);
    expect((await replay(api, 'get-account', ids)).differences).toEqual([]);
    const created = await replay(api, 'create-account');
    expect(created.differences).toEqual([]);
    expect(created.reply.headers.get('location')).toBe(`/api/v1/accounts/${(created.reply.json as { id: string }).id}`);
    expect((await replay(api, 'update-account', ids)).differences).toEqual([]);
    expect((await replay(api, 'delete-account', ids)).differences).toEqual([]);
    expect((await replay(api, 'get-account', ids)).reply.status).toBe(404);
  });

  test('secrets: create, list, delete', async () => {
    ids = { 'account-123': 'acct_ws_1_admin' };
    const owner = { workspace: 'ws_1', account: 'acct_ws_1_admin' };
    for (const key of ['DATABASE_URL', 'API_KEY'])
      await api.stores.secrets.create(owner, { key, value: 'a value', allowedHosts: [] }, new Date());
    expect((await replay(api, 'list-secrets', ids)).differences).toEqual([]);
    const created = await replay(api, 'create-secret', ids);
    expect(created.differences).toEqual([]);
    expect(created.reply.headers.get('location')).toBe('/api/v1/accounts/acct_ws_1_admin/secrets/NEW_API_KEY');
    expect((await replay(api, 'delete-secret', ids)).differences).toEqual([]);
    expect((await replay(api, 'delete-secret', ids)).reply.status).toBe(404);
  });

  test('create, get, update, delete a flow', async () => {
    const created = await replay(api, 'create-flow');
    expect(created.differences).toEqual([]);
    expect(created.reply.headers.get('location')).toBe(`/api/v1/flows/${(created.reply.json as { id: string }).id}`);
    expect((await replay(api, 'get-flow', ids)).differences).toEqual([]);
    expect((await replay(api, 'update-flow', ids)).differences).toEqual([]);
    expect((await replay(api, 'delete-flow', ids)).differences).toEqual([]);
    expect((await replay(api, 'get-flow', ids)).reply.status).toBe(404);
  });

  test('the definition reads back byte for byte', async () => {
    const { definition } = read('create-flow').request.body as { definition: string };
    expect((await api.ask('GET', `/api/v1/flows/${flowId}`)).json).toMatchObject({ definition });
  });

  test('list flows', async () => {
    await api.ask('DELETE', `/api/v1/flows/${flowId}`);
    const rest = { definition: 'version: "1.0.0"' };
    await api.ask('POST', '/api/v1/flows', {
      body: { name: 'Another Flow', description: 'Another flow', tags: ['development'], ...rest },
    });
    await api.ask('POST', '/api/v1/flows', {
      body: { name: 'My Flow', description: 'A simple flow', tags: ['production'], ...rest },
    });
    expect((await replay(api, 'list-flows')).differences).toEqual([]);
  });

  test('run a flow', async () => {
    const run = await replay(api, 'run-flow', ids);
    expect(run.differences).toEqual([]);
    const body = run.reply.json as { execution_id: string; flow_id: string };
    expect(body.flow_id).toBe(flowId);
    expect(run.reply.headers.get('location')).toBe(`/api/v1/executions/${body.execution_id}`);
  });

  test('get, list and cancel executions', async () => {
    await startRun(failed);
    const id = await startRun(completed);
    expect((await replay(api, 'get-execution', { 'exec-123': id })).differences).toEqual([]);
    expect((await replay(api, 'list-executions')).differences).toEqual([]);
    const live = await startRun({});
    expect((await replay(api, 'cancel-execution', { 'exec-123': live })).differences).toEqual([]);
  });

  test('logs', async () => {
    const id = await startRun(completed);
    api.runs.logLines.push(
      { timestamp: at('12:00:00'), level: 'info', message: 'Execution started', nodeId: 'start', nodeType: 'http.request' },
      {
        timestamp: at('12:00:01'),
        level: 'info',
        message: 'HTTP request successful',
        nodeId: 'start',
        nodeType: 'http.request',
        data: { status_code: 200, url: 'https://api.example.com/data' },
      },
      { timestamp: at('12:00:05'), level: 'info', message: 'Execution completed', nodeId: 'end', nodeType: 'webhook' },
    );
    expect((await replay(api, 'execution-logs', { 'exec-123': id })).differences).toEqual([]);
  });
});
