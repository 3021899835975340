import { startTestApi } from '../../support/api-client';

describe('probes', () => {
  test('healthz asks nobody; readyz names who is down, with 503', async () => {
    const api = await startTestApi();
    expect((await api.ask('GET', '/healthz', { token: '' })).json).toEqual({ status: 'ok' });
    expect((await api.ask('GET', '/readyz', { token: '' })).json).toEqual({
      status: 'ready',
      checks: { temporal: 'ok', mongodb: 'ok' },
    });
    api.readiness.ready = false;
    api.readiness.checks['temporal'] = 'down';
    const down = await api.ask('GET', '/readyz?probe=1', { token: '' });
    expect({ status: down.status, body: down.json }).toEqual({
      status: 503,
      body: { status: 'unavailable', checks: { temporal: 'down', mongodb: 'ok' } },
    });
    expect(down.headers.get('retry-after')).toBe('5');
    expect((await api.ask('GET', '/healthz', { token: '' })).status).toBe(200);
    expect((await api.ask('HEAD', '/healthz', { token: '' })).status).toBe(200);
    await api.close();
  });
});

describe('request ids, headers and the access log', () => {
  test('a good id is taken over, a bad one replaced', async () => {
    const api = await startTestApi();
    const id = async (given: string) =>
      (await api.ask('GET', '/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('trace-1.2_3')).toBe('trace-1.2_3');
    expect(await id('has space')).toMatch(/^req_[0-9A-Z]{26}$/);
    expect(await id('x'.repeat(65))).toMatch(/^req_/);
    await api.close();
  });

  test('replies carry the security headers and are not stored', async () => {
    const api = await startTestApi();
    for (const path of ['/api/v1/flows', '/api/v1/nothing']) {
      const { headers } = await api.ask('GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch("default-src 'none'");
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
    await api.close();
  });

  test('one line a request, without query, header or body', async () => {
    const api = await startTestApi();
    const token = await api.tokenOf('admin');
    await api.ask('POST', '/api/v1/auth/login', { token: '', body: { username: 'admin@ws_1.example', password: 'hunter2' } });
    await api.ask('GET', '/api/v1/flows?tag=private-tag');
    await api.ask('POST', '/api/v1/flows', { body: '{"definition":"hunter2"' });
    expect(api.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info request',
      'info request',
      'info request',
    ]);
    expect(api.lines[1]?.fields).toMatchObject({
      method: 'GET',
      path: '/api/v1/flows',
      route: '/api/v1/flows',
      status: 200,
      account: 'acct_ws_1_admin',
      workspace: 'ws_1',
    });
    expect(JSON.stringify(api.lines)).not.toMatch(/hunter2|private-tag/);
    expect(JSON.stringify(api.lines)).not.toContain(token);
    await api.close();
  });

  test('a fault of ours is 500, hides its text, carries the request id, and is logged with its cause', async () => {
    const api = await startTestApi((services) => ({
      ...services,
      flows: {
        ...services.flows,
        list: async () => {
          throw Object.assign(new Error('cannot reach mongodb://user:pw@db'), { command: { password: 'in a member' } });
        },
      },
    }));
    const reply = await api.ask('GET', '/api/v1/flows');
    const requestId = reply.headers.get('x-request-id');
    expect({ status: reply.status, body: reply.json }).toMatchObject({
      status: 500,
      body: { error: { code: 'internal_error', details: { request_id: requestId } } },
    });
    expect(reply.text).not.toMatch(/mongodb/);
    expect(api.lines).toMatchObject([
      { level: 'error', fields: { requestId, status: 500, error: { message: 'cannot reach mongodb://user:pw@db' } } },
    ]);
    expect(JSON.stringify(api.lines)).not.toMatch(/in a member/);
    await api.close();
  });
});
