import { gzipSync } from 'node:zlib';
import { startTestApi } from '../../support/api-client';
import type { Reply, TestApi } from '../../support/api-client';
import { rawRequest } from '../../support/raw-request';

describe('requests that are wrong', () => {
  let api: TestApi;
  let flowId: string;
  let runId: string;
  beforeAll(async () => {
    api = await startTestApi();
    flowId = ((await api.ask('POST', '/api/v1/flows', { body: { name: 'x', definition: 'x' } })).json as { id: string }).id;
    runId = ((await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: {} })).json as { execution_id: string }).execution_id;
  });
  afterAll(async () => api.close());

  const create = async (body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    api.ask('POST', '/api/v1/flows', { body, headers });
  const refused = (reply: Reply, status: number, code: string, details?: object) => {
    expect({ status: reply.status, body: reply.json }).toMatchObject({
      status,
      body: { error: { code, ...(details && { details }) } },
    });
  };

  test.each([
    ['not JSON', '{"name": '],
    ['a scalar', '"text"'],
    ['a prototype key', '{"definition":"x","__proto__":{"polluted":true}}'],
    ['nested 65 deep', `{"definition":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['nested 200,000 deep', `{"definition":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('%s is 400', async (_name, body) => {
    refused(await create(body), 400, 'invalid_request');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('64 levels are allowed', async () => {
    const deep = `{"input":{"x":${'['.repeat(62)}${']'.repeat(62)}}}`;
    expect((await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: deep })).status).toBe(201);
  });

  test('unknown, missing and mistyped members are 400 with field and reason, all of them listed', async () => {
    refused(await create({ definition: 'x', workspace: 'ws_2' }), 400, 'invalid_request', {
      field: 'workspace',
      reason: 'is unknown: remove it',
    });
    refused(await create({ name: 'x' }), 400, 'invalid_request', { field: 'definition', reason: 'is required' });
    refused(await create({ definition: { nodes: {} } }), 400, 'invalid_request', {
      field: 'definition',
      reason: 'must be a string',
    });
    refused(await create({ definition: 'x', tags: ['a', 7] }), 400, 'invalid_request', {
      field: 'tags[1]',
      reason: 'must be a string',
    });
    refused(await create({ definition: 'x', name: ' ' }), 400, 'invalid_request', { field: 'name', reason: 'must not be empty' });
    const both = await create({ name: 7, other: 1 });
    const paths = (both.json as { error: { details: { issues: { path: string }[] } } }).error.details.issues.map(
      ({ path }) => path,
    );
    expect(paths).toEqual(['name', 'definition', 'other']);
  });

  test.each([
    'id',
    'workspace',
    'role',
    'createdBy',
    'created_at',
    'version',
    'enabled',
    'status',
    'tenantId',
    'ownerId',
    'scopes',
  ])('nobody assigns %s at creation', async (member) =>
    refused(await create({ name: 'x', definition: 'x', [member]: 'x' }), 400, 'invalid_request', { field: member }),
  );

  test('an empty change is 400', async () => {
    refused(await api.ask('PUT', `/api/v1/flows/${flowId}`, { body: {} }), 400, 'invalid_request');
    refused(await api.ask('POST', `/api/v1/flows/${flowId}`, { body: {} }), 400, 'invalid_request');
    refused(await api.ask('POST', `/api/v1/flows/${flowId}`, { body: { tags: [] } }), 400, 'invalid_request', { field: 'tags' });
  });

  test.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json-patch+json',
    'application/json; charset=utf-16',
    'text/json',
  ])('content type %s is 415', async (type) =>
    refused(await create('{"definition":"x"}', { 'content-type': type }), 415, 'unsupported_media_type'),
  );

  test('a charset of UTF-8 is fine, an unknown content encoding is 415', async () => {
    expect((await create('{"name":"x","definition":"x"}', { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(
      201,
    );
    refused(await create('{}', { 'content-encoding': 'zstd' }), 415, 'unsupported_media_type');
  });

  test('a body above 1 MiB is 413, also as a bomb', async () => {
    refused(await create({ name: 'x', definition: 'x'.repeat(1024 * 1024) }), 413, 'payload_too_large');
    refused(await create({ name: 'x', definition: 'x'.repeat(5 * 1024 * 1024) }), 413, 'payload_too_large');
    const bomb = gzipSync(JSON.stringify({ definition: 'x'.repeat(50 * 1024 * 1024) }));
    const headers = {
      authorization: `Bearer ${await api.tokenOf('admin')}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    };
    const { status } = await rawRequest(api.port, { method: 'POST', path: '/api/v1/flows', headers, body: bomb });
    expect(status).toBe(413);
  });

  test.each([
    'limit=101',
    'limit=0',
    'limit=-1',
    'limit=abc',
    'limit=1e1',
    'limit=',
    'limit=0x10',
    'limit=1.5',
    'limit=5&limit=6',
    'offset=-1',
    'offset=x',
    'unknown=1',
    'tag=',
  ])('GET /flows?%s is 400', async (query) =>
    refused(await api.ask('GET', `/api/v1/flows?${query}`), 400, 'invalid_request', { field: query.split('=')[0] }),
  );

  test('limit 100 is the most, 10 the default', async () => {
    expect((await api.ask('GET', '/api/v1/flows?limit=100')).json).toMatchObject({ limit: 100, offset: 0 });
    expect((await api.ask('GET', '/api/v1/executions')).json).toMatchObject({ limit: 10, offset: 0 });
  });

  test('other queries that are wrong', async () => {
    refused(await api.ask('GET', '/api/v1/executions?status=weird'), 400, 'invalid_request', { field: 'status' });
    refused(await api.ask('GET', '/api/v1/executions?status[$ne]=x'), 400, 'invalid_request');
    refused(await api.ask('GET', `/api/v1/executions/${runId}?wait=61`), 400, 'invalid_request', {
      field: 'wait',
      reason: 'must be at most 60',
    });
    refused(await api.ask('GET', `/api/v1/executions/${runId}/logs?level=loud`), 400, 'invalid_request', { field: 'level' });
    refused(await api.ask('GET', `/api/v1/executions/${runId}/journal?after=-1`), 400, 'invalid_request', { field: 'after' });
    refused(await api.ask('GET', `/api/v1/flows/${flowId}?x=1`), 400, 'invalid_request', { field: 'x' });
  });

  test('an Idempotency-Key has 1 to 255 characters', async () => {
    const run = async (key: string) =>
      api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: {}, headers: { 'idempotency-key': key } });
    refused(await run('k'.repeat(256)), 400, 'invalid_request', { field: 'idempotency-key' });
    expect((await run('k'.repeat(255))).status).toBe(201);
  });

  test('unknown ids and addresses are 404, unknown methods 405', async () => {
    refused(await api.ask('GET', '/api/v1/flows/flow_missing'), 404, 'not_found');
    refused(await api.ask('GET', '/api/v1/executions/run_missing'), 404, 'not_found');
    refused(await api.ask('GET', `/api/v1/flows/${flowId}/versions/9`), 404, 'not_found');
    refused(await api.ask('GET', `/api/v1/flows/${flowId}/versions/latest`), 404, 'not_found');
    refused(await api.ask('GET', `/api/v1/flows/${'x'.repeat(300)}`), 404, 'not_found');
    refused(await api.ask('GET', '/api/v1/flows/%00'), 404, 'not_found');
    refused(await api.ask('GET', '/api/v1/flows/%zz'), 404, 'not_found');
    refused(await api.ask('GET', '/api/v1/nothing'), 404, 'not_found');
    const patch = await api.ask('PATCH', `/api/v1/flows/${flowId}`);
    refused(patch, 405, 'invalid_request');
    expect(patch.headers.get('allow')?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'POST', 'PUT']);
  });

  test('a definition that does not validate is 422 with the first issue and all of them; nothing is stored', async () => {
    const before = api.flows.flows.size;
    const reply = await create({ name: 'x', definition: 'nodes: {start: {next: {ok: nowhere}}}' });
    refused(reply, 422, 'validation_error', {
      field: 'nodes.start.next.ok',
      issues: [{ code: 'unknown_target', line: 8, suggestion: 'start' }],
    });
    expect(api.flows.flows.size).toBe(before);
  });

  test('a run input that does not validate is 422', async () => {
    const reply = await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: { input: { refused: 1 } } });
    refused(reply, 422, 'validation_error', { field: 'input.refused', reason: 'is not allowed' });
    refused(await api.ask('POST', `/api/v1/flows/${flowId}/run`, { body: { input: [] } }), 400, 'invalid_request', {
      field: 'input',
    });
  });
});
