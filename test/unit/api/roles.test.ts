import { ROLES } from '../../../src/flow';
import { startTestApi } from '../../support/api-client';
import type { TestApi } from '../../support/api-client';

/** The published table: operation → who may. Anything not listed here fails the test. */
const READ = ['admin', 'user', 'operator', 'viewer'];
const OPERATE = ['admin', 'user', 'operator'];
const AUTHOR = ['admin', 'user'];
const MAY: Record<string, string[]> = {
  listFlows: READ,
  createFlow: AUTHOR,
  getFlow: READ,
  updateFlow: AUTHOR,
  patchFlow: AUTHOR,
  deleteFlow: AUTHOR,
  validateFlow: AUTHOR,
  listFlowVersions: READ,
  getFlowVersion: READ,
  runFlow: OPERATE,
  listExecutions: READ,
  getExecution: READ,
  cancelExecution: OPERATE,
  holdExecution: OPERATE,
  releaseExecution: OPERATE,
  deliverEvent: OPERATE,
  getExecutionLogs: READ,
  getExecutionNodes: READ,
  getExecutionJournal: READ,
  explainExecution: READ,
};

describe('roles', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(async () => api.close());

  test('every secured route is in the table', () => {
    const secured = api.routes.filter((route) => route.access !== 'public').map((route) => route.operationId);
    expect(secured.toSorted()).toEqual(Object.keys(MAY).toSorted());
  });

  test.each(ROLES)('%s may exactly what the table says', async (role) => {
    const token = await api.tokenOf(role);
    for (const route of api.routes.filter((one) => one.access !== 'public')) {
      const path = route.path.replace('{n}', '1').replace(/\{\w+\}/g, 'missing');
      // A body that nobody could parse: the role must be looked at before it.
      const body = route.body === undefined ? {} : { body: '[' };
      const { status, json } = await api.ask(route.method.toUpperCase(), path, { token, ...body });
      const may = MAY[route.operationId]?.includes(role) ?? false;
      expect({ route: route.operationId, forbidden: status === 403 }).toEqual({ route: route.operationId, forbidden: !may });
      expect(JSON.stringify(json).includes('"code":"forbidden"')).toBe(!may);
    }
  });

  test('a foreign workspace sees nothing: 404', async () => {
    const { json } = await api.ask('POST', '/api/v1/flows', { body: { name: 'x', definition: 'x' } });
    const flowId = (json as { id: string }).id;
    const run = await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: {} });
    const runId = (run.json as { execution_id: string }).execution_id;
    const token = await api.signIn('admin', 'ws_2');
    const foreign: [string, string, object?][] = [
      ['GET', `/api/v1/flows/${flowId}`],
      ['PUT', `/api/v1/flows/${flowId}`, { name: 'y' }],
      ['POST', `/api/v1/flows/${flowId}`, { name: 'y' }],
      ['DELETE', `/api/v1/flows/${flowId}`],
      ['POST', `/api/v1/flows/${flowId}/run`, {}],
      ['GET', `/api/v1/flows/${flowId}/versions`],
      ['GET', `/api/v1/flows/${flowId}/versions/1`],
      ['GET', `/api/v1/executions/${runId}`],
      ['DELETE', `/api/v1/executions/${runId}`],
      ['POST', `/api/v1/executions/${runId}/hold`, {}],
      ['POST', `/api/v1/executions/${runId}/release`],
      ['POST', `/api/v1/executions/${runId}/events/paid`, {}],
      ['GET', `/api/v1/executions/${runId}/logs`],
      ['GET', `/api/v1/executions/${runId}/nodes`],
      ['GET', `/api/v1/executions/${runId}/journal`],
      ['GET', `/api/v1/executions/${runId}/explain`],
    ];
    for (const [method, path, body] of foreign) {
      expect({ path, status: (await api.ask(method, path, { token, ...(body && { body }) })).status }).toEqual({
        path,
        status: 404,
      });
    }
    expect((await api.ask('GET', '/api/v1/flows', { token })).json).toMatchObject({ flows: [], total: 0 });
    expect((await api.ask('GET', '/api/v1/executions', { token })).json).toMatchObject({ executions: [], total: 0 });
  });
});
