import { ROLES, SCOPES } from '../../../src/flow';
import type { Route } from '../../../src/api/route';
import { createSessions } from '../../../src/service/auth/sessions';
import { serveApi } from '../../support/api-client';
import type { Reply } from '../../support/api-client';
import { SECRET } from '../../support/fake-services';
import { storeApiKey } from '../../support/keys';
import { createTestServices, HELLO } from '../../support/services';
import { createTally, expectGood } from '../../support/tally';
import { anAccount, anApproval } from '../../contract/store-factories';

type World = Awaited<ReturnType<typeof createWorld>>;

/** The real use cases over HTTP, with two workspaces: things in the first, callers of every kind in the second. */
async function createWorld() {
  const services = createTestServices();
  const { stores, time } = services;
  const now = (): number => time.now;
  const sessions = createSessions({ sessions: stores.sessions, jwtSecret: SECRET, now });
  const signIn = async (members: Parameters<typeof anAccount>[0]) => {
    const account = anAccount(members);
    await stores.accounts.insert(account);
    return { account, token: (await sessions.open(account)).token };
  };
  const mine = await signIn({ workspace: 'ws_1', role: 'admin' });
  const callers: string[] = [];
  for (const role of ROLES) {
    const { account, token } = await signIn({ workspace: 'ws_2', role });
    callers.push(token, await storeApiKey(stores, account, SCOPES));
  }
  const api = await serveApi(services, mine.token);
  const made = async (path: string, body: object): Promise<Record<string, string>> =>
    (await api.ask('POST', path, { body })).json as Record<string, string>;
  const { id: flow = '' } = await made('/api/v1/flows', { definition: HELLO });
  const { execution_id: run = '' } = await made(`/api/v1/flows/${flow}/run`, { input: { who: 'Ada' } });
  const { id: key = '' } = await made('/api/v1/api-keys', { name: 'x', scopes: ['flows:read'] });
  const { id: account = '' } = await made('/api/v1/accounts', {
    name: 'x',
    email: 'x@example.com',
    password: 'a long enough one, of 2026',
    role: 'user',
  });
  const { id: entry = '' } = await made('/api/kv', { key: 'rate', value: 1 });
  const { id: schedule = '' } = await made('/api/v1/schedules', { flowId: flow, interval: '1h', input: { who: 'Ada' } });
  const { id: bulk = '' } = await made('/api/v1/executions/bulk', { action: 'release' });
  // Named as the tests name every second part of an address.
  const secret = { key: 'paid', value: 'a value that nobody may reach', allowedHosts: [] };
  await stores.secrets.create({ workspace: 'ws_1', account }, secret, new Date(now()));
  const approval = anApproval({ runId: run, createdAt: new Date(now()) });
  await stores.approvals.insert(approval);
  return {
    ...services,
    api,
    callers,
    ids: {
      schedules: schedule,
      bulk,
      plays: run,
      kv: entry,
      approvals: approval.id,
      flows: flow,
      executions: run,
      'api-keys': key,
      accounts: account,
    },
  };
}

/** A route's address with the ids of the first workspace. A collection that is not known here fails the test: add it. */
function toPath(route: Route, ids: World['ids'], change: (id: string) => string = (id) => id): string {
  const collection = /^\/api\/(?:v1\/)?(?:executions\/)?([\w-]+)\/\{\w+\}/.exec(route.path)?.[1] ?? '';
  const id = Object.entries(ids).find(([name]) => name === collection)?.[1];
  if (id === undefined) throw new Error(`${route.path}: this test has no id for it`);
  return route.path
    .replace(/\{\w+\}/, change(id))
    .replace('{n}', '1')
    .replace(/\{\w+\}/, 'paid');
}
/** Other ways to write the same id. */
const SPELLINGS = [
  (id: string) => id,
  (id: string) => `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
  (id: string) => `../${id}`,
];

/** All that belongs to the first workspace, as its admin sees it. */
async function snapshot({ api, ids, stores }: World): Promise<string> {
  const read = async (path: string) => (await api.ask('GET', path)).text;
  const pages = ['v1/approvals', 'v1/schedules', 'v1/flows', 'v1/executions', 'v1/accounts', 'v1/api-keys', 'kv', 'plays'].map(
    (name) => `/api/${name}`,
  );
  const owner = { workspace: 'ws_1', account: ids.accounts };
  const rows = [
    await stores.accounts.get(ids.accounts),
    await stores.runs.getById(ids.executions),
    await stores.secrets.open(owner, ['paid']),
  ];
  return JSON.stringify([rows, await Promise.all([...pages, `/api/v1/flows/${ids.flows}/versions`].map(read))]);
}

describe('A2 two workspaces', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(async () => world.api.close());
  const BODIES: Record<string, object> = { put: { name: 'taken over' }, post: {}, delete: {}, get: {} };
  const ask = (route: Route, path: string, token: string): Promise<Reply> =>
    world.api.ask(route.method.toUpperCase(), path, { token, ...(route.body !== undefined && { body: BODIES[route.method] }) });

  test('no id of the other workspace reaches anything, by any route, role, key and spelling', async () => {
    const tally = createTally('A2 foreign id × route × credential');
    const before = await snapshot(world);
    for (const route of world.api.routes.filter((one) => one.path.startsWith('/api/') && one.params !== undefined)) {
      for (const token of world.callers)
        for (const spelling of SPELLINGS) {
          const path = toPath(route, world.ids, spelling);
          const { status } = await ask(route, path, token);
          // 403 is the role's; 400 is a body that this route does not take; 405 and 404 are addresses that do not exist.
          tally.count([400, 403, 404, 405].includes(status), () => `${route.method} ${path} ${status}`);
        }
    }
    expect(await snapshot(world)).toBe(before);
    expectGood(tally, 300);
  });

  test('for the admin of the other workspace every id is not found, as if it had never been', async () => {
    const tally = createTally('A2 foreign id is 404');
    for (const route of world.api.routes.filter((one) => one.path.startsWith('/api/') && one.params !== undefined)) {
      const path = toPath(route, world.ids);
      const body = GOOD_BODIES[route.operationId] ?? {};
      const options = { token: world.callers[0] ?? '', ...(route.body !== undefined && { body }) };
      const foreign = await world.api.ask(route.method.toUpperCase(), path, options);
      const missing = await world.api.ask(route.method.toUpperCase(), path.replace(/[0-9A-Z]{26}/, 'none'), options);
      const isSame = foreign.status === 404 && missing.status === 404;
      tally.count(isSame, () => `${route.operationId} ${foreign.status} ${missing.status} ${foreign.text}`);
    }
    expectGood(tally, 20);
  });

  test('no query, cursor, body or flow reaches across', async () => {
    const { api, ids, callers } = world;
    const tally = createTally('A2 foreign id in query, cursor, body, flow');
    const admin = { token: callers[0] ?? '' };
    const cursor = ((await api.ask('GET', '/api/v1/audit?limit=1')).json as { cursor: string }).cursor;
    const lists = [
      '/api/v1/approvals',
      `/api/v1/executions?flow_id=${ids.flows}`,
      `/api/v1/api-keys?account_id=${ids.accounts}`,
      `/api/v1/audit?account_id=${ids.accounts}`,
      `/api/v1/audit?target_id=${ids.executions}`,
      `/api/v1/audit?target_id=${ids.flows}`,
      `/api/v1/audit?cursor=${cursor}`,
      '/api/v1/flows',
      '/api/v1/executions',
      '/api/v1/accounts',
      '/api/v1/audit',
    ];
    for (const path of lists) {
      const { status, text } = await api.ask('GET', path, admin);
      const isBare = status === 404 || (status === 200 && !Object.values(ids).some((id) => text.includes(id)));
      tally.count(isBare, () => `${path} ${status} ${text}`);
    }
    const taken = { name: 'x', email: 'x@example.com', password: 'a long enough one, of 2026', role: 'user' };
    tally.count((await api.ask('POST', '/api/v1/accounts', { ...admin, body: taken })).status === 409, () => 'a taken e-mail');
    const calls = `nodes:\n  call: { type: flow, params: { flow: ${ids.flows} } }\n`;
    const saved = await api.ask('POST', '/api/v1/flows', { ...admin, body: { name: 'x', definition: calls } });
    tally.count(!saved.text.includes('Hello'), () => `a sub-flow told ${saved.text}`);
    const key = { 'idempotency-key': 'k' };
    await api.ask('POST', `/api/v1/flows/${ids.flows}/run`, { body: { input: { who: 'Ada' } }, headers: key });
    const own = (await api.ask('POST', '/api/v1/flows', { ...admin, body: { definition: HELLO } })).json as { id: string };
    const start = { ...admin, body: { input: { who: 'Eve' } }, headers: key };
    const started = await api.ask('POST', `/api/v1/flows/${own.id}/run`, start);
    tally.count(started.status === 201 && started.headers.get('idempotent-replayed') === null, () => 'an idempotency key');
    expectGood(tally, 14);
  });
});

/** Bodies that their routes take, so that only the id can be refused. */
const GOOD_BODIES: Record<string, object> = {
  replaceSchedule: { flowId: 'x', interval: '1h' },
  backfillSchedule: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
  updateFlow: { name: 'x' },
  patchFlow: { name: 'x' },
  updateAccount: { name: 'x' },
  changePassword: { password: 'a long enough one, of 2026' },
  createSecret: { key: 'MADE', value: 'a value to keep' },
  replaceSecret: { value: 'another value' },
  updateLayeredFlow: { name: 'x' },
  addLayer: { ref: 'x', appId: 'var' },
  approveLayer: { layerId: 'x', decision: 'approved' },
  decideApproval: { decision: 'approved' },
  delegateApproval: { to: 'role:admin' },
};
