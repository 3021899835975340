import { inline } from '../../../src/flow';
import { createOpenApiDocument } from '../../../src/api/openapi';
import type { Route } from '../../../src/api/route';
import { aFlow, anApproval, aRun } from '../../contract/store-factories';
import { API_CONFIG, startTestApi } from '../../support/api-client';
import type { Reply, TestApi } from '../../support/api-client';

interface Operation {
  readonly operationId: string;
  readonly security: object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}
/** Public, with a bearer, or with either. */
const securityOf = (name: string): object[] => {
  if (!/ \/(api|ws)\//.test(name) || name.endsWith('/auth/login')) return [];
  if (/ \/api\/(?!v1\/)/.test(name)) return [{ bearer: [] }, { cookie: [] }];
  return name.endsWith('/auth/refresh') ? [{ bearer: [] }, {}] : [{ bearer: [] }];
};
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

describe('the OpenAPI document', () => {
  let api: TestApi;
  let document: {
    readonly openapi: string;
    readonly paths: Paths;
    readonly components: { readonly schemas: Record<string, unknown> };
  };
  beforeAll(async () => {
    api = await startTestApi();
    document = (await api.ask('GET', '/openapi.json', { token: '' })).json as typeof document;
  });
  afterAll(async () => api.close());
  const operations = (): [string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]): [string, Operation] => [`${method} ${path}`, one]),
    );

  test('is OpenAPI 3.1 and lists exactly the routes of the router', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(
      operations()
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(api.routes.map((route) => `${route.method} ${route.path}`).toSorted());
  });

  test('has the routes that the contract names, and no others under /api', () => {
    expect(
      operations()
        .map(([name]) => name)
        .filter((name) => name.includes('/api/'))
        .toSorted(),
    ).toEqual([
      'delete /api/flows/{id}',
      'delete /api/flows/{id}/layers/{layerId}',
      'delete /api/kv/{id}',
      'delete /api/v1/accounts/{id}',
      'delete /api/v1/accounts/{id}/secrets/{key}',
      'delete /api/v1/api-keys/{id}',
      'delete /api/v1/approvals/{id}/links/{link}',
      'delete /api/v1/executions/{id}',
      'delete /api/v1/flows/{id}',
      'delete /api/v1/schedules/{id}',
      'get /api/auth/me',
      'get /api/flows',
      'get /api/flows/{id}',
      'get /api/flows/{id}/layers',
      'get /api/flows/{id}/plays',
      'get /api/kv',
      'get /api/plays',
      'get /api/plays/{id}',
      'get /api/plays/{id}/layers',
      'get /api/v1/accounts',
      'get /api/v1/accounts/{id}',
      'get /api/v1/accounts/{id}/secrets',
      'get /api/v1/accounts/{id}/secrets/{key}/usage',
      'get /api/v1/api-keys',
      'get /api/v1/approvals',
      'get /api/v1/approvals/{id}',
      'get /api/v1/audit',
      'get /api/v1/executions',
      'get /api/v1/executions/bulk/{id}',
      'get /api/v1/executions/{id}',
      'get /api/v1/executions/{id}/events',
      'get /api/v1/executions/{id}/explain',
      'get /api/v1/executions/{id}/journal',
      'get /api/v1/executions/{id}/logs',
      'get /api/v1/executions/{id}/nodes',
      'get /api/v1/flows',
      'get /api/v1/flows/{id}',
      'get /api/v1/flows/{id}/versions',
      'get /api/v1/flows/{id}/versions/{n}',
      'get /api/v1/schedules',
      'get /api/v1/schedules/{id}',
      'get /api/v1/schedules/{id}/next',
      'get /api/ws',
      'post /api/auth/login',
      'post /api/auth/logout',
      'post /api/flows',
      'post /api/flows/{id}/layers',
      'post /api/flows/{id}/run',
      'post /api/kv',
      'post /api/plays/{id}/approve',
      'post /api/plays/{id}/cancel',
      'post /api/plays/{id}/hold',
      'post /api/plays/{id}/release',
      'post /api/v1/accounts',
      'post /api/v1/accounts/{id}/secrets',
      'post /api/v1/api-keys',
      'post /api/v1/approvals/{id}/decide',
      'post /api/v1/approvals/{id}/delegate',
      'post /api/v1/approvals/{id}/links',
      'post /api/v1/approvals/{id}/withdraw',
      'post /api/v1/auth/login',
      'post /api/v1/auth/logout',
      'post /api/v1/auth/refresh',
      'post /api/v1/executions/bulk',
      'post /api/v1/executions/{id}/events/{name}',
      'post /api/v1/executions/{id}/hold',
      'post /api/v1/executions/{id}/release',
      'post /api/v1/flows',
      'post /api/v1/flows/validate',
      'post /api/v1/flows/{id}',
      'post /api/v1/flows/{id}/run',
      'post /api/v1/schedules',
      'post /api/v1/schedules/{id}/backfill',
      'post /api/v1/schedules/{id}/pause',
      'post /api/v1/schedules/{id}/resume',
      'post /api/v1/schedules/{id}/trigger',
      'post /api/v1/tickets',
      'put /api/flows/{id}',
      'put /api/flows/{id}/layers/{layerId}',
      'put /api/v1/accounts/{id}',
      'put /api/v1/accounts/{id}/password',
      'put /api/v1/accounts/{id}/secrets/{key}',
      'put /api/v1/flows/{id}',
      'put /api/v1/schedules/{id}',
    ]);
  });

  test('operation ids are unique; path parameters are declared; secured operations say so', () => {
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, operation] of operations()) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name);
      expect({ name, declared: declared.toSorted() }).toEqual({ name, declared: inPath.toSorted() });
      expect({ name, security: operation.security }).toEqual({ name, security: securityOf(name) });
    }
  });

  test('every reference of the document resolves', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(document.components.schemas).toHaveProperty(name ?? '');
  });

  test('building it twice gives the same document', () => {
    expect(JSON.parse(JSON.stringify(createOpenApiDocument(api.routes, API_CONFIG)))).toEqual(document);
  });

  test('every reply is as documented: status, type and members', async () => {
    const flowId = (
      (await api.ask('POST', '/api/v1/flows', { body: { name: 'x', definition: 'x', tags: ['t'] } })).json as { id: string }
    ).id;
    const started = await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: { input: { a: 1 } } });
    const runId = (started.json as { execution_id: string }).execution_id;
    api.runs.entries.push({ seq: 1, at: 0, type: 'run.started', level: 'info', message: 'x', data: [1] });
    api.runs.logLines.push({ timestamp: new Date(0), level: 'warn', message: 'x' });
    await api.stores.runs.insert(aRun({ id: runId }));
    api.temporal.add(runId);
    const approval = anApproval({ runId, form: {}, message: 'x', dueAt: new Date(0), requestedBy: 'acct_1' });
    await api.stores.approvals.insert(approval);
    const asks = { id: 'nrun_asks', path: approval.path, type: 'approval', state: 'WAIT', deferred: false, attempt: 1 } as const;
    api.runs.nodeViews.push({ ...asks, output: inline(1), failure: { code: 'x', message: 'x', retryable: false, nodePath: '' } });
    const layers = [{ ref: 'a', appId: 'var' }];
    const made = async (path: string, body: object) => (await api.ask('POST', path, { body })).json as { id: string };
    const { id: layeredId } = await made('/api/flows', { name: 'x', layers });
    const [layer] = (await api.ask('GET', `/api/flows/${layeredId}/layers`)).json as { id: string }[];
    const { id: entryId } = await made('/api/kv', { key: 'rate', value: 1 });
    const bodies: Record<string, object> = {
      createTicket: { execution_id: runId },
      login: { username: 'admin@ws_1.example', password: 'your-password' },
      createFlow: { name: 'x', definition: 'x' },
      updateFlow: { name: 'y' },
      patchFlow: { name: 'y' },
      validateFlow: { definition: 'x' },
      deliverEvent: { data: 1 },
      createAccount: { name: 'x', email: 'x@example.com', password: 'a long enough one, of 2026', role: 'user' },
      updateAccount: { name: 'y' },
      changePassword: { password: 'another long one, of 2027' },
      createSecret: { key: 'MADE', value: 'a value to keep' },
      replaceSecret: { value: 'another value' },
      decideApproval: { decision: 'approved' },
      delegateApproval: { to: 'role:admin' },
      loginWithCookie: { email: 'admin@ws_1.example', password: 'your-password' },
      createLayeredFlow: { name: 'x' },
      addLayer: { ref: 'b', appId: 'var' },
      approveLayer: { layerId: 'nrun_asks', decision: 'approved' },
      setKv: { key: 'other', value: [1], scope: 'flow', scopeKey: 'f' },
      createApiKey: { name: 'x', scopes: ['flows:read'] },
    };
    await api.signIn('viewer');
    const owner = { workspace: 'ws_1', account: 'acct_ws_1_viewer' };
    await api.stores.secrets.create(owner, { key: 'KEPT', value: 'a value to keep', allowedHosts: [] }, new Date(0));
    const { apiKey } = await api.services.apiKeys.create(await api.principalOf(await api.tokenOf('admin')), {
      name: 'x',
      scopes: ['flows:read'],
      expiresAt: new Date(api.clock.ms + 1_000),
    });
    const { execution_id: cancelledId } = (await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: {} })).json as {
      execution_id: string;
    };
    const timed = { flowId, interval: '1h' };
    await api.stores.flows.insert(aFlow({ id: flowId, workspace: 'ws_1' }));
    const { id: scheduleId } = await made('/api/v1/schedules', timed);
    const { id: bulkId } = await made('/api/v1/executions/bulk', { action: 'release' });
    const more: Record<string, object> = {
      createSchedule: timed,
      replaceSchedule: timed,
      backfillSchedule: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
      beginBulk: { action: 'hold', dryRun: true },
    };
    // Those that end what the others look at come last.
    const last = [
      'deleteSecret',
      'deleteSchedule',
      'cancelPlay',
      'cancelExecution',
      'removeLayer',
      'deleteLayeredFlow',
      'deleteFlow',
      'deleteAccount',
      'logoutWithCookie',
      'logout',
    ];
    // Signed links and their page have a test of their own.
    const isPlain = ({ operationId, path }: Route): boolean =>
      !['followExecutionSocket', 'followPlays'].includes(operationId) && !/^\/approve\b|\/links\b/.test(path);
    const routes = api.routes.filter(isPlain).toSorted((a, b) => last.indexOf(a.operationId) - last.indexOf(b.operationId));
    for (const route of routes) {
      const path = route.path
        .replace('/api/flows/{id}', `/api/flows/${layeredId}`)
        .replace('{layerId}', layer?.id ?? '')
        .replace('/plays/{id}', `/plays/${runId}`)
        .replace('/kv/{id}', `/kv/${entryId}`)
        .replace('/flows/{id}', `/flows/${flowId}`)
        .replace('/schedules/{id}', `/schedules/${scheduleId}`)
        .replace('/bulk/{id}', `/bulk/${bulkId}`)
        .replace('/executions/{id}', `/executions/${route.operationId === 'cancelExecution' ? cancelledId : runId}`)
        .replace('/accounts/{id}', '/accounts/acct_ws_1_viewer')
        .replace('/approvals/{id}', `/approvals/${encodeURIComponent(approval.id)}`)
        .replace('{key}', 'KEPT')
        .replace('/api-keys/{id}', `/api-keys/${apiKey.id}`)
        .replace('{n}', '1')
        .replace('{name}', 'paid');
      const body = route.body === undefined ? {} : { body: bodies[route.operationId] ?? more[route.operationId] ?? {} };
      // It ends the session that asks.
      const own = route.operationId === 'logoutWithCookie' ? { token: await api.signIn('admin') } : {};
      const reply: Reply = await api.ask(route.method.toUpperCase(), path, { ...body, ...own });
      const { status, schema, contentType = 'application/json' } = route.reply;
      expect({ route: route.operationId, status: reply.status, type: reply.headers.get('content-type') }).toEqual({
        route: route.operationId,
        status,
        type: contentType === 'application/json' ? 'application/json; charset=utf-8' : contentType,
      });
      const { error } = contentType === 'application/json' ? schema.safeParse(reply.json) : {};
      expect({ route: route.operationId, issues: error?.issues }).toEqual({ route: route.operationId, issues: undefined });
      const isAddressed = reply.headers.get('location')?.startsWith('/api/') ?? false;
      expect({ route: route.operationId, isAddressed }).toEqual({ route: route.operationId, isAddressed: status === 201 });
    }
  });
});

describe('the reference page', () => {
  test('is served from here, under a policy without inline code', async () => {
    const api = await startTestApi();
    const page = await api.ask('GET', '/docs', { token: '' });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(parts.length).toBe(4);
    for (const path of parts) {
      const part = await api.ask('GET', path, { token: '' });
      expect({ path, status: part.status, sniff: part.headers.get('x-content-type-options') }).toEqual({
        path,
        status: 200,
        sniff: 'nosniff',
      });
      expect(part.text.length).toBeGreaterThan(50);
    }
    expect(page.text).not.toMatch(/<script>|style=|onload=/);
    await api.close();
  });
});
