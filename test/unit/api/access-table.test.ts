import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderAccessPage } from '../../../scripts/access/render';
import { ROLES, SCOPES, SCOPES_OF } from '../../../src/flow';
import type { Role, Scope } from '../../../src/flow';
import type { Route } from '../../../src/api/route';
import { startTestApi } from '../../support/api-client';
import type { TestApi } from '../../support/api-client';
import { storeApiKey } from '../../support/keys';
import { createTally, expectGood } from '../../support/tally';

const page = readFileSync(join(__dirname, '../../../docs/access.md'), 'utf8');

/** A row of the published table: what it says of a route. */
interface Published {
  /** Roles that may, in a log-in session. */
  readonly roles: readonly Role[];
  /** The scope that an API key needs; none = no key may. */
  readonly key?: Scope;
  readonly isPublic: boolean;
}
function published(route: Route): Published {
  const name = `${route.method.toUpperCase()} ${route.path}`;
  const row = page.split('\n').find((line) => line.startsWith('| `') && line.split('`')[1] === name);
  const [, , ...cells] = (row ?? '').split('|').map((cell) => cell.trim());
  const [access = '', ...marks] = cells;
  const key = SCOPES.find((scope) => scope === marks[ROLES.length]?.replaceAll('`', ''));
  return {
    roles: ROLES.filter((_, n) => marks[n] === 'yes'),
    ...(key !== undefined && { key }),
    isPublic: access === 'public',
  };
}

/** A body that nobody could parse: access must be looked at before it. */
const toRequest = (route: Route) => ({
  method: route.method.toUpperCase(),
  path: route.path.replace('{n}', '1').replace(/\{\w+\}/g, 'missing'),
  body: route.body === undefined || route.access === 'refresh' ? {} : { body: '[' },
});

describe('A3 the published table of access', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(async () => api.close());

  test('docs/access.md is what the routes declare (else: npm run access)', () => {
    expect(page).toBe(renderAccessPage(api.routes, { ROLES, SCOPES, SCOPES_OF }));
  });

  test('every route is in it, public ones are those of the list', () => {
    const open = api.routes.filter((route) => published(route).isPublic).map(({ path }) => path);
    expect(open.filter((path) => path.startsWith('/api'))).toEqual(['/api/v1/auth/login', '/api/auth/login']);
    for (const route of api.routes) {
      const { isPublic, roles } = published(route);
      expect({ route: route.operationId, told: isPublic || roles.length > 0 }).toEqual({ route: route.operationId, told: true });
    }
  });

  test.each(ROLES)('%s: session, key of each scope and key of all, on every route', async (role) => {
    const tally = createTally(`A3 ${role} × route × scope`);
    const owner = { id: `acct_ws_1_${role}`, workspace: 'ws_1' };
    await api.signIn(role);
    const keys = new Map<string, readonly Scope[]>();
    for (const scopes of [...SCOPES.map((scope) => [scope]), SCOPES])
      keys.set(await storeApiKey(api.stores, owner, scopes), scopes);
    for (const route of api.routes.filter((one) => !published(one).isPublic)) {
      const { method, path, body } = toRequest(route);
      const { roles, key } = published(route);
      // A session of its own: one of the routes ends it.
      const credentials: [string, boolean, string][] = [[await api.signIn(role), roles.includes(role), 'session']];
      for (const [text, scopes] of keys) {
        const may = key !== undefined && scopes.includes(key) && SCOPES_OF[role].includes(key);
        credentials.push([text, may, `key ${scopes.join(' ')}`]);
      }
      for (const [token, may, name] of credentials) {
        const { status, json } = await api.ask(method, path, { token, ...body });
        const isForbidden = status === 403 && /"code":"forbidden"|"error":"FORBIDDEN"/.test(JSON.stringify(json));
        // 401 would be as wrong as 403: the credential is good.
        tally.count(status !== 401 && isForbidden === !may, () => `${name} ${method} ${path}: ${status}, may ${may}`);
      }
    }
    expectGood(tally, 300);
  });
});
