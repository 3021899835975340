import { createSessionCookie } from '../../../../src/api/session-cookie';
import { API_CONFIG, startTestApi } from '../../../support/api-client';
import type { TestApi } from '../../../support/api-client';
import { createTally, expectGood } from '../../../support/tally';

const CREDENTIALS = { email: 'admin@ws_1.example', password: 'your-password' };
const EVIL = [
  'https://evil.example',
  'null',
  'http://localhost:8081',
  'https://localhost:8080',
  'http://localhost.evil.example:8080',
];
let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(async () => api.close());

const logIn = async (): Promise<string> => {
  const reply = await api.ask('POST', '/api/auth/login', { token: '', body: CREDENTIALS });
  expect(reply).toMatchObject({ status: 200, json: { id: 'acct_ws_1_admin', email: CREDENTIALS.email, name: 'admin' } });
  return reply.headers.get('set-cookie')?.split(';')[0] ?? '';
};
const withCookie = (method: string, path: string, cookie: string, headers: Record<string, string> = {}) =>
  api.ask(method, path, { token: '', headers: { cookie, ...headers } });

describe('the session cookie', () => {
  test('log in, me, log out; then it counts no more', async () => {
    const cookie = await logIn();
    expect(await withCookie('GET', '/api/auth/me', cookie)).toMatchObject({ status: 200, json: { email: CREDENTIALS.email } });
    const out = await withCookie('POST', '/api/auth/logout', cookie);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await withCookie('GET', '/api/auth/me', cookie)).status).toBe(401);
    const wrong = await api.ask('POST', '/api/auth/login', { token: '', body: { ...CREDENTIALS, password: 'x' } });
    expect(wrong).toMatchObject({ status: 401, json: { error: 'UNAUTHORIZED', statusCode: 401 } });
    expect(wrong.headers.get('set-cookie')).toBeNull();
  });

  test('lasts an hour', async () => {
    const cookie = await logIn();
    api.clock.ms += 59 * 60_000;
    expect((await withCookie('GET', '/api/plays', cookie)).status).toBe(200);
    api.clock.ms += 60_000;
    expect((await withCookie('GET', '/api/plays', cookie)).status).toBe(401);
  });

  test('is of this host, for no script, and over TLS alone except at http on this machine', () => {
    const strict = 'Path=/; HttpOnly; SameSite=Strict';
    expect(createSessionCookie('https://flows.example').write('t')).toBe(
      `__Host-reprise-session=t; Max-Age=3600; ${strict}; Secure`,
    );
    expect(createSessionCookie('http://flows.example').write('t')).toContain('Secure');
    expect(createSessionCookie('http://localhost.evil.example').write('t')).toContain('Secure');
    expect(createSessionCookie('http://127.0.0.1:8080').write('t')).toBe(`reprise-session=t; Max-Age=3600; ${strict}`);
  });

  test('two of one name count as none', () => {
    const { name, read } = createSessionCookie(API_CONFIG.publicUrl);
    expect(read(`a=1; ${name}=x.y`)).toBe('x.y');
    for (const header of [undefined, '', 'a=1', `${name}=`, `${name}=x; ${name}=y`, `${name}=x y`])
      expect(read(header)).toBeUndefined();
  });

  test('counts on plays routes only', async () => {
    const cookie = await logIn();
    const tally = createTally('A8 cookie × route of another contract: refused');
    for (const route of api.routes.filter(
      ({ path, access }) => !/^\/api\/(?!v1)/.test(path) && access !== 'public' && access !== 'refresh',
    )) {
      const path = route.path.replaceAll(/\{\w+\}/g, 'x');
      const { status } = await withCookie(route.method.toUpperCase(), path, cookie);
      tally.count(status === 401, () => `${route.method} ${path}: ${status}`);
    }
    expectGood(tally, 30);
  });

  test('pages of other origins change nothing with it', async () => {
    const cookie = await logIn();
    const tally = createTally('A8 unsafe plays route × foreign origin with a cookie: refused');
    for (const route of api.routes.filter(({ path, method }) => /^\/api\/(?!v1)/.test(path) && method !== 'get')) {
      const path = route.path.replaceAll(/\{\w+\}/g, 'x');
      const marks = [
        ...EVIL.map((origin) => ({ origin })),
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ];
      for (const headers of marks) {
        const { status, json } = await withCookie(route.method.toUpperCase(), path, cookie, headers);
        tally.count(
          status === 403,
          () => `${JSON.stringify(headers)} ${route.method} ${path}: ${status} ${JSON.stringify(json)}`,
        );
      }
    }
    expectGood(tally, 60);
    // Ours, and clients without a browser.
    for (const headers of [
      {},
      { origin: 'http://localhost:8080' },
      { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' },
    ])
      expect((await withCookie('DELETE', '/api/flows/x', cookie, headers)).status).toBe(404);
  });
});
