import { toDialect } from '../../../src/api/dialect';
import { toEnvelope } from '../../../src/api/envelopes';
import { toHttpFailure } from '../../../src/api/errors';
import { RepriseError } from '../../../src/flow';
import { startTestApi } from '../../support/api-client';
import { readFixture } from '../../support/documented';

describe('who speaks on which path', () => {
  test.each([
    ['/api/v1/flow/test', 'pupload'],
    ['/api/v1/flow/status/x', 'pupload'],
    ['/api/v1/upload', 'pupload'],
    ['/api/v1/projects/a', 'pupload'],
    ['/api/v1/flows/f/runs', 'flowstack'],
    ['/api/v1/flows/f/runs/stats', 'flowstack'],
    ['/api/v1/flows/f/enable', 'flowstack'],
    ['/api/v1/flows/f/disable', 'flowstack'],
    ['/api/v1/flows/f/webhook/x', 'flowstack'],
    ['/api/v1/flows/f/webhooks', 'flowstack'],
    ['/api/v1/flows', 'flowrunner'],
    ['/api/v1/flows/f', 'flowrunner'],
    ['/api/v1/flows/f/run', 'flowrunner'],
    ['/api/v1/flows//runs', 'flowrunner'],
    ['/api/v1/executions/e', 'flowrunner'],
    ['/api/v1/uploads', 'flowrunner'],
    ['/api/v1', 'flowrunner'],
    ['/ws/executions/e', 'flowrunner'],
    ['/flowruns/list', 'flowruns'],
    ['/flows/x', 'flowruns'],
    ['/tasks', 'flowruns'],
    ['/api/plays/p', 'plays'],
    ['/api/v10', 'plays'],
    ['/api', 'plays'],
    ['/', 'problem'],
    ['/apiary', 'problem'],
    ['/healthz', 'problem'],
  ])('%s: %s', (path, dialect) => expect(toDialect(path)).toBe(dialect));
});

describe('one error, each contract its envelope', () => {
  const failure = toHttpFailure(new RepriseError('rate_limited', 'Too many.', { details: { retryAfterSeconds: 7 } }), 'req_1');
  const request = { path: '/x', requestId: 'req_1', apiVersion: '' };

  test.each([
    ['pupload', 'Too many.'],
    ['flowstack', { error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Too many.', statusCode: 429 } }],
    ['flowrunner', { error: { code: 'rate_limited', message: 'Too many.', details: { retry_after_seconds: 7 } } }],
    ['flowruns', { success: false, status: 429, error: { code: 'rate_limited', message: 'Too many.' } }],
    ['plays', { error: 'RATE_LIMITED', message: 'Too many.', statusCode: 429, details: { retry_after_seconds: 7 } }],
  ] as const)('%s', (dialect, body) => expect(toEnvelope(dialect, failure, request).body).toEqual(body));

  test('problem+json by RFC 9457, also for version 2 of flowruns', () => {
    const problem = {
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      detail: 'Too many.',
      instance: '/x',
      code: 'rate_limited',
      requestId: 'req_1',
      details: { retry_after_seconds: 7 },
    };
    expect(toEnvelope('problem', failure, request)).toEqual({ type: 'application/problem+json', body: problem });
    expect(toEnvelope('flowruns', failure, { ...request, apiVersion: '2' })).toEqual({
      type: 'application/problem+json',
      body: problem,
    });
  });

  test('the documented error of FlowRunner has exactly our members, and its codes our statuses', () => {
    const { response, codes } = readFixture('flowrunner', 'error') as {
      response: { status: number; body: unknown };
      codes: Record<string, number>;
    };
    const thrown = new RepriseError('invalid_request', 'The request was invalid', {
      details: { field: 'name', reason: 'Name is required' },
    });
    const mapped = toHttpFailure(thrown, 'req_1');
    expect({ status: mapped.status, body: toEnvelope('flowrunner', mapped, request).body }).toEqual(response);
    for (const [code, status] of Object.entries(codes).filter(([word]) => word !== 'internal_error')) {
      expect(toHttpFailure(new RepriseError(code, 'x'), 'r').status).toBe(status);
    }
  });

  test.each([
    ['conflict', 409],
    ['idempotency_conflict', 409],
    ['flow_disabled', 409],
    ['decision_pending', 503],
    ['gone', 410],
    ['requirements_not_met', 412],
    ['payload_too_large', 413],
    ['unsupported_media_type', 415],
    ['rate_limited', 429],
    ['unavailable', 503],
  ])('%s is %i', (code, status) => expect(toHttpFailure(new RepriseError(code, 'x'), 'r').status).toBe(status));

  test('an undecided start is 503 with Retry-After and names the run', () => {
    const mapped = toHttpFailure(
      new RepriseError('unavailable', 'Temporal does not answer.', { details: { retryAfterSeconds: 2.2, runId: 'run_1' } }),
      'r',
    );
    expect(mapped).toMatchObject({ status: 503, headers: { 'retry-after': '3' }, details: { execution_id: 'run_1' } });
  });

  test.each([
    new Error('password=hunter2 at mongodb://x'),
    new RepriseError('not_a_code_of_http', 'secret'),
    'text',
    undefined,
    { code: 'not_found' },
  ])('anything else is 500 without its text (%#)', (thrown) => {
    const mapped = toHttpFailure(thrown, 'req_9');
    expect(mapped).toMatchObject({ status: 500, code: 'internal_error', details: { request_id: 'req_9' } });
    expect(JSON.stringify(mapped)).not.toMatch(/hunter2|secret|text/);
  });
});

describe('envelopes over HTTP', () => {
  test('unmatched and unauthenticated paths answer in the voice of their prefix', async () => {
    const api = await startTestApi();
    const unknown: [string, (text: string, json: unknown) => void][] = [
      ['/api/v1/flow/status/x', (text) => expect(text).toMatch(/^Nothing is found/)],
      ['/api/v1/flows/f/runs', (_text, json) => expect(json).toMatchObject({ error: { code: 'NOT_FOUND', statusCode: 404 } })],
      ['/api/v1/nothing', (_text, json) => expect(json).toMatchObject({ error: { code: 'not_found', details: {} } })],
      ['/flowruns/x', (_text, json) => expect(json).toMatchObject({ success: false, status: 404, error: { code: 'not_found' } })],
      ['/api/nothing', (_text, json) => expect(json).toMatchObject({ error: 'NOT_FOUND', statusCode: 404 })],
      ['/elsewhere', (_text, json) => expect(json).toMatchObject({ status: 404, code: 'not_found' })],
    ];
    for (const [path, check] of unknown) {
      const reply = await api.ask('GET', path);
      expect(reply.status).toBe(404);
      check(reply.text, reply.json);
      expect((await api.ask('GET', path, { token: '' })).status).toBe(401);
    }
    expect((await api.ask('GET', '/api/plays', { token: '' })).json).toMatchObject({ error: 'UNAUTHORIZED', statusCode: 401 });
    await api.close();
  });

  test('problem+json on request, and only then', async () => {
    const api = await startTestApi();
    const problem = await api.ask('GET', '/api/v1/flows/none', { headers: { accept: 'application/problem+json' } });
    expect(problem.headers.get('content-type')).toMatch('application/problem+json');
    expect(problem.json).toMatchObject({
      status: 404,
      code: 'not_found',
      instance: '/api/v1/flows/none',
      requestId: problem.headers.get('x-request-id'),
    });
    for (const accept of ['*/*', 'application/json', 'application/json, application/problem+json', 'text/html']) {
      const plain = await api.ask('GET', '/api/v1/flows/none', { headers: { accept } });
      expect({ accept, body: plain.json }).toMatchObject({ accept, body: { error: { code: 'not_found' } } });
    }
    await api.close();
  });
});
