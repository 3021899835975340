import type { Route } from '../../../src/api/route';
import { startTestApi } from '../../support/api-client';
import type { TestApi } from '../../support/api-client';
import { createTally, expectGood } from '../../support/tally';

/** What nobody sets from outside, in the spellings that frameworks use. */
const MEMBERS = [
  ['tenantId', 'tenant_id', 'workspace', 'workspaceId', 'workspace_id', 'ownerId', 'owner_id', 'accountId', 'account_id'],
  ['role', 'roles', 'isAdmin', 'is_admin', 'admin', 'scopes', 'scope', 'permissions', 'groups'],
  ['id', '_id', 'status', 'state', 'createdAt', 'created_at', 'updatedAt', 'createdBy', 'savedBy', 'trigger', 'startedBy'],
  ['passwordHash', 'password_hash', 'tokenVersion', 'hash', 'key', 'secret', 'parentId', 'lastUsedAt'],
  ['$set', '$where', 'constructor', 'prototype'],
].flat();
/** These must be written as text: in source they would set the prototype. */
const PROTOTYPE = [
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"x":{"__proto__":{"polluted":1}}}',
];

/** The members that a route documents: those it takes. */
const documented = (route: Route): readonly string[] =>
  route.body !== undefined && 'shape' in route.body ? Object.keys(route.body.shape as object) : [];

const refusedMembers = (json: unknown): string[] => {
  interface Issue {
    readonly path: string;
    readonly message: string;
  }
  interface Told {
    readonly details?: { readonly issues?: Issue[] };
    /** In problem details. */
    readonly errors?: Issue[];
  }
  const { error, details, errors } = json as Told & { readonly error?: Told | string };
  const told = typeof error === 'object' ? error.details : details;
  return (told?.issues ?? errors ?? []).filter(({ message }) => message.startsWith('is unknown')).map(({ path }) => path);
};

describe('A4 mass assignment', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(async () => api.close());

  test('no write body takes a member that is not documented', async () => {
    const tally = createTally('A4 write body × member');
    for (const route of api.routes.filter(({ body }) => body !== undefined)) {
      const path = route.path.replace(/\{\w+\}/g, 'some-id');
      const headers: Record<string, string> =
        route.bodyIsForm === true ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
      const sent = (body: Record<string, string> | string) =>
        route.bodyIsForm === true && typeof body !== 'string' ? new URLSearchParams(body).toString() : body;
      const ask = (body: Record<string, string> | string) =>
        api.ask(route.method.toUpperCase(), path, { body: sent(body), headers });
      for (const member of MEMBERS.filter((name) => !documented(route).includes(name))) {
        const { status, json } = await ask({ [member]: 'x' });
        tally.count(status === 400 && refusedMembers(json).includes(member), () => `${route.operationId} ${member} ${status}`);
      }
      for (const text of PROTOTYPE) {
        const { status } = await ask(text);
        const isClean = ({} as { polluted?: unknown }).polluted === undefined;
        tally.count(status === 400 && isClean, () => `${route.operationId} ${text} ${status}`);
      }
    }
    expectGood(tally, 300);
  });

  test('a user changes neither its role nor its groups, and no other account', async () => {
    const tally = createTally('A4 own rights');
    const token = await api.signIn('user');
    await api.signIn('viewer');
    const before = await api.stores.accounts.get('acct_ws_1_user');
    for (const id of ['acct_ws_1_user', 'acct_ws_1_viewer', 'acct_ws_1_admin'])
      for (const body of [{ role: 'admin' }, { groups: ['managers'] }, { name: 'x', role: 'operator' }]) {
        const { status } = await api.ask('PUT', `/api/v1/accounts/${id}`, { token, body });
        tally.count(status === 403, () => `${id} ${JSON.stringify(body)} ${status}`);
      }
    expect(await api.stores.accounts.get('acct_ws_1_user')).toEqual(before);
    expectGood(tally, 9);
  });
});
