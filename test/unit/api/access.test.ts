import { sign } from 'jsonwebtoken';
import type { Route } from '../../../src/api/route';
import { startTestApi } from '../../support/api-client';
import type { Ask, TestApi } from '../../support/api-client';
import { SECRET } from '../../support/fake-services';
import { rawRequest } from '../../support/raw-request';

const NOW_S = Date.UTC(2026, 0, 1, 12) / 1000;
const CLAIMS = {
  sub: 'acct_ws_1_admin',
  ver: 1,
  typ: 'access',
  iss: 'reprise',
  aud: 'reprise-api',
  jti: 'x',
  iat: NOW_S,
  nbf: NOW_S,
  exp: NOW_S + 900,
};
const token = (
  change: Partial<Record<keyof typeof CLAIMS, unknown>> = {},
  secret = SECRET,
  algorithm: 'HS256' | 'HS512' = 'HS256',
): string => sign(JSON.parse(JSON.stringify({ ...CLAIMS, ...change })) as object, secret, { algorithm });
const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(CLAIMS)).toString('base64url')}.`;

const BAD_CREDENTIALS: Record<string, Ask> = {
  none: { token: '' },
  junk: { token: 'junk' },
  nothing: { token: 'nothing' },
  'empty bearer': { token: '', headers: { authorization: 'Bearer ' } },
  basic: { token: '', headers: { authorization: 'Basic YWRtaW46YWRtaW4=' } },
  'two tokens': { token: '', headers: { authorization: `Bearer ${token()} ${token()}` } },
  'token in the query': { token: '' },
  expired: { token: token({ exp: NOW_S - 1 }) },
  'no expiry': { token: token({ exp: undefined }) },
  'not yet valid': { token: token({ nbf: NOW_S + 60 }) },
  'wrong algorithm': { token: token({}, SECRET, 'HS512') },
  'alg none': { token: unsigned },
  'wrong secret': { token: token({}, 'another secret of at least thirty-two bytes') },
  'wrong audience': { token: token({ aud: 'other' }) },
  'wrong issuer': { token: token({ iss: 'other' }) },
  'refresh as access': { token: token({ typ: 'refresh' }) },
  'revoked version': { token: token({ ver: 0 }) },
  'no such account': { token: token({ sub: 'acct_gone' }) },
  'very long': { token: 'a'.repeat(8000) },
};
const toPath = (route: Route): string => route.path.replace(/\{n\}/g, '1').replace(/\{\w+\}/g, 'some-id');

describe('access: every declared route', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(async () => api.close());
  const secured = (): readonly Route[] => api.routes.filter((route) => route.access !== 'public');

  test('the token that the bad ones are made from is good', async () => {
    expect((await api.ask('GET', '/api/v1/flows', { token: token() })).status).toBe(200);
  });

  test.each(Object.keys(BAD_CREDENTIALS))('refuses %s with 401 in the envelope of the path', async (kind) => {
    for (const route of secured()) {
      const query = kind === 'token in the query' ? `?token=${token()}&access_token=${token()}` : '';
      const reply = await api.ask(route.method.toUpperCase(), toPath(route) + query, BAD_CREDENTIALS[kind]);
      expect({ route: route.operationId, status: reply.status }).toEqual({ route: route.operationId, status: 401 });
      expect(reply.json).toMatchObject({ error: { code: 'unauthorized' } });
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test('path tricks never reach a secured route without a token', async () => {
    const tricks = (path: string): string[] => [
      `${path}/`,
      `/${path}`,
      path.toUpperCase(),
      path.replace('/api', '/%61pi'),
      path.replace('/v1/', '/v1//'),
      path.replace('/v1/', '/v1/%2e%2e/v1/'),
      `${path}/health`,
      `${path}/healthz`,
      `${path}%2fhealthz`,
      `${path};/healthz`,
      `${path}?/healthz`,
      `/healthz${path}`,
      `/docs/%2e%2e${path}`,
      `/docs/..%2f${path.slice(1)}`,
      `/api/v1/auth/login/..${path}`,
      `${path}#/api/v1/auth/login`,
      `${path}%00`,
    ];
    let tried = 0;
    for (const route of secured()) {
      for (const path of tricks(toPath(route))) {
        for (const headers of [
          {},
          { 'x-http-method-override': 'POST' },
          { 'x-original-url': '/healthz', 'x-rewrite-url': '/healthz' },
        ]) {
          const { status } = await rawRequest(api.port, { method: route.method.toUpperCase(), path, headers });
          tried += 1;
          expect({ path, status: [401, 404].includes(status) ? 'refused' : status }).toEqual({ path, status: 'refused' });
        }
      }
    }
    expect(tried).toBeGreaterThan(500);
  });

  test('only the published public set answers without a token', async () => {
    const open: string[] = [];
    for (const route of api.routes) {
      const { status } = await api.ask(route.method.toUpperCase(), toPath(route), { token: '' });
      if (status !== 401) open.push(`${route.method} ${route.path}`);
    }
    expect(open).toEqual([
      'get /healthz',
      'get /readyz',
      'get /openapi.json',
      'get /docs',
      'get /docs/start.js',
      'get /docs/swagger-ui.css',
      'get /docs/swagger-ui-bundle.js',
      'get /docs/favicon-32x32.png',
      'post /api/v1/auth/login',
    ]);
  });

  test('near a public path is not public', async () => {
    for (const path of [
      '/healthz/',
      '/HEALTHZ',
      '/healthz/x',
      '/x/healthz',
      '/docs/',
      '/docs/package.json',
      '/docs/../package.json',
      '/openapi.json/',
      '/',
      '/readyz%20',
    ]) {
      expect({ path, status: (await rawRequest(api.port, { method: 'GET', path })).status }).toEqual({ path, status: 401 });
    }
    expect((await api.ask('POST', '/healthz', { token: '' })).status).toBe(401);
    expect((await api.ask('GET', '/api/v1/auth/login', { token: '' })).status).toBe(401);
  });

  test('an outage of the account store is 503, not 401', async () => {
    const broken = await startTestApi((services) => ({
      ...services,
      auth: {
        ...services.auth,
        authenticate: async () => {
          throw Object.assign(new Error('MongoDB does not answer.'), { name: 'RepriseError', code: 'unavailable' });
        },
      },
    }));
    const reply = await broken.ask('GET', '/api/v1/flows');
    expect(reply.status).toBe(503);
    expect(reply.headers.get('retry-after')).toBe('5');
    await broken.close();
  });
});
