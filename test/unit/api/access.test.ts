import { sign } from 'jsonwebtoken';
import { SCOPES } from '../../../src/flow';
import type { Route } from '../../../src/api/route';
import { startTestApi } from '../../support/api-client';
import type { Ask, TestApi } from '../../support/api-client';
import { SECRET } from '../../support/fake-services';
import { storeApiKey } from '../../support/keys';
import { rawRequest } from '../../support/raw-request';
import { createTally, expectGood } from '../../support/tally';

const NOW_S = Date.UTC(2026, 0, 1, 12) / 1000;
const UNSIGNED_HEAD = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
const toText = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Credentials that are nearly right, made of right ones of this API. */
async function makeBadCredentials(api: TestApi): Promise<{ readonly good: string; readonly bad: Readonly<Record<string, Ask>> }> {
  const good = await api.signIn('admin');
  const claims = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  const token = (change: object = {}, secret = SECRET, algorithm: 'HS256' | 'HS512' = 'HS256'): string =>
    sign(JSON.parse(JSON.stringify({ ...claims, ...change })) as object, secret, { algorithm });
  const admin = await api.stores.accounts.get('acct_ws_1_admin');
  const gone = await api.stores.accounts.get('acct_ws_1_viewer');
  if (admin === undefined || gone === undefined) throw new Error('the test API has no accounts');

  const { refreshToken = '' } = await api.sessions.open(admin, { refresh: true });
  const ended = await api.sessions.open(admin);
  await api.services.auth.logout(await api.principalOf(ended.token));
  const before = (await api.sessions.open({ ...admin, tokenVersion: 0 })).token;
  const ofNobody = (await api.sessions.open(gone)).token;
  await api.stores.accounts.delete('ws_1', gone.id);

  const key = await storeApiKey(api.stores, admin, SCOPES);
  const expiredKey = await storeApiKey(api.stores, admin, SCOPES, { expiresAt: new Date(NOW_S * 1000) });
  const revoked = await storeApiKey(api.stores, admin, SCOPES, { id: 'key_other' });
  const othersKey = await storeApiKey(api.stores, admin, SCOPES, { accountId: 'acct_other' });
  const bad: Record<string, Ask> = {
    none: { token: '' },
    junk: { token: 'junk' },
    nothing: { token: 'nothing' },
    'empty bearer': { token: '', headers: { authorization: 'Bearer ' } },
    basic: { token: '', headers: { authorization: 'Basic YWRtaW46YWRtaW4=' } },
    'two tokens': { token: '', headers: { authorization: `Bearer ${token()} ${token()}` } },
    'token in the query': { token: '' },
    'token in a cookie': { token: '', headers: { cookie: `token=${token()}; session=${token()}` } },
    expired: { token: token({ exp: NOW_S - 1 }) },
    'no expiry': { token: token({ exp: undefined }) },
    'not yet valid': { token: token({ nbf: NOW_S + 60 }) },
    'wrong algorithm': { token: token({}, SECRET, 'HS512') },
    'alg none': { token: `${UNSIGNED_HEAD}.${toText(claims)}.` },
    'wrong secret': { token: token({}, 'another secret of at least thirty-two bytes') },
    'wrong audience': { token: token({ aud: 'other' }) },
    'wrong issuer': { token: token({ iss: 'other' }) },
    'wrong kind': { token: token({ typ: 'refresh' }) },
    'refresh as access': { token: refreshToken },
    'no session': { token: token({ sid: undefined }) },
    'a session that never was': { token: token({ sid: 'sess_none' }) },
    "another account's session": { token: token({ sub: 'acct_ws_2_admin' }) },
    'logged out': { token: ended.token },
    'before the password changed': { token: before },
    'no such account': { token: ofNobody },
    'key with another secret': { token: key.replace(/_(.)/, '_x') },
    'expired key': { token: expiredKey },
    'revoked key': { token: revoked },
    "another account's key": { token: othersKey },
    'very long': { token: 'a'.repeat(8000) },
  };
  return { good, bad };
}
const toPath = (route: Route): string => route.path.replace(/\{n\}/g, '1').replace(/\{\w+\}/g, 'some-id');

describe('access: every declared route', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(async () => api.close());
  const secured = (): readonly Route[] => api.routes.filter((route) => route.access !== 'public');

  test('A1 every route refuses every bad credential with 401 in the envelope of the path', async () => {
    for (const [role, workspace] of [
      ['viewer', 'ws_1'],
      ['admin', 'ws_2'],
    ] as const)
      await api.signIn(role, workspace);
    const { good, bad } = await makeBadCredentials(api);
    expect((await api.ask('GET', '/api/v1/flows', { token: good })).status).toBe(200);
    const tally = createTally('A1 route × bad credential');
    for (const [kind, ask] of Object.entries(bad)) {
      for (const route of secured()) {
        const query = kind === 'token in the query' ? `?token=${good}&access_token=${good}` : '';
        const reply = await api.ask(route.method.toUpperCase(), toPath(route) + query, ask);
        const isRefused = reply.status === 401 && /"code":"unauthorized"|"error":"UNAUTHORIZED"/.test(reply.text);
        const challenge = reply.headers.get('www-authenticate') ?? '';
        tally.count(isRefused && challenge.startsWith('Bearer'), () => `${kind}: ${route.operationId} ${reply.status}`);
      }
    }
    expect(Object.keys(bad).length).toBeGreaterThan(12);
    expectGood(tally, Object.keys(bad).length * 30);
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
    const tally = createTally('A1 route × path trick');
    for (const route of secured()) {
      for (const path of tricks(toPath(route))) {
        for (const headers of [
          {},
          { 'x-http-method-override': 'POST' },
          { 'x-original-url': '/healthz', 'x-rewrite-url': '/healthz' },
        ]) {
          const { status } = await rawRequest(api.port, { method: route.method.toUpperCase(), path, headers });
          tally.count([401, 404].includes(status), () => `${path} ${status}`);
        }
      }
    }
    expectGood(tally, 500);
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
      'get /approve/style.css',
      'get /approve/{token}',
      'post /approve',
      'post /api/auth/login',
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
