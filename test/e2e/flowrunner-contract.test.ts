/** The examples of the FlowRunner document, literally, in the order of the document, over HTTP on real engines. */
import { createClient, logIn } from '../support/client';
import { differences, readDocumented } from '../support/documented';
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';
import { startTarget, type Target } from '../support/target';

const { temporalAddress, mongodbUri } = sharedEngines();
/** Of the documented hosts only the address differs: this one answers in their place. */
let target: Target;
let stack: Stack;
let ids: Record<string, string> = {};
beforeAll(async () => {
  target = await startTarget();
  stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`] });
});
afterAll(async () => {
  await stack.stop();
  await target.close();
});

const localised = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll(/https:\/\/(api|webhook)\.example\.com/g, target.url)) as T;
/** How long something took is no literal. */
const untimed = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === 'duration' && typeof member === 'number' ? 0 : member)));

/** Asks as documented, with our ids in the place of the sample ids; answers what came and what differs. */
async function replay(name: string) {
  const { request, response } = localised(readDocumented('flowrunner', name));
  const path = request.path.replace(/(flow|exec|account)-\d+/g, (sample) => ids[sample] ?? sample);
  const answer = await stack.client.ask(request.method, path, request.body === undefined ? {} : { body: request.body });
  const wrong = answer.status === response.status ? [] : [`status ${answer.status}: ${JSON.stringify(answer.body)}`];
  return { answer, differences: [...wrong, ...differences(untimed(answer.body), untimed(response.body))] };
}

test('login', async () => {
  const { request, response } = readDocumented('flowrunner', 'login');
  const answer = await createClient(stack.url).ask('POST', request.path, { body: stack.credentials });
  expect(answer.status).toBe(response.status);
  expect(differences(answer.body, response.body)).toEqual([]);
  expect(await createClient(stack.url).ask('POST', request.path, { body: request.body })).toMatchObject({
    status: 401,
    body: { error: { code: 'unauthorized', details: {} } },
  });
});

test('accounts: create, list, get, update, delete; refresh and log-out', async () => {
  const mine = await stack.client.get<{ accounts: { id: string }[] }>('GET', '/api/v1/accounts');
  const admin = mine.accounts[0]?.id ?? '';
  await stack.client.get('PUT', `/api/v1/accounts/${admin}`, { name: 'Another Account', email: 'another@example.com' });
  const [myAccount, otherAccount] = (readDocumented('flowrunner', 'list-accounts').response.body as { accounts: object[] })
    .accounts;
  expect(otherAccount).toMatchObject({ name: 'Another Account', email: 'another@example.com' });
  const password = 'a stack of tests, not of hay';
  const { name, email, role } = myAccount as Record<string, string>;
  const made = await stack.client.get<{ id: string }>('POST', '/api/v1/accounts', { name, email, role, password });
  ids = { ...ids, 'account-123': made.id };
  // Ours was made first and is the admin that the documented caller must be too.
  expect((await replay('list-accounts')).differences).toEqual(['$.accounts[1].role: "admin" instead of "user"']);
  expect((await replay('get-account')).differences).toEqual([]);
  const created = await replay('create-account');
  expect(created.differences).toEqual([]);
  expect(created.answer.headers.get('location')).toBe(`/api/v1/accounts/${created.answer.body['id'] as string}`);
  expect((await replay('update-account')).differences).toEqual([]);
  const { client } = stack;
  const other = await logIn(stack.url, { username: 'updated@example.com', password });
  stack = { ...stack, client: other };
  expect((await replay('refresh')).differences).toEqual([]);
  expect((await replay('logout')).differences).toEqual([]);
  expect((await other.ask('GET', '/api/v1/flows')).status).toBe(401);
  stack = { ...stack, client };
  expect((await replay('delete-account')).differences).toEqual([]);
  expect((await replay('get-account')).answer.status).toBe(404);
});

test('flows: create, list, get, run, update, delete', async () => {
  const other = localised(readDocumented('flowrunner', 'create-flow')).request.body as Record<string, unknown>;
  await stack.client.get('POST', '/api/v1/flows', {
    ...other,
    name: 'Another Flow',
    description: 'Another flow',
    tags: ['development'],
  });
  const created = await replay('create-flow');
  expect(created.differences).toEqual([]);
  ids = { 'flow-123': created.answer.body['id'] as string };
  expect(created.answer.headers.get('location')).toBe(`/api/v1/flows/${ids['flow-123']}`);
  expect((await replay('list-flows')).differences).toEqual([]);
  expect((await replay('get-flow')).differences).toEqual([]);

  const run = await replay('run-flow');
  expect(run.differences).toEqual([]);
  ids['exec-123'] = run.answer.body['execution_id'] as string;
  expect(run.answer.headers.get('location')).toBe(`/api/v1/executions/${ids['exec-123']}`);
  expect(await stack.client.execution(ids['exec-123'], 20)).toMatchObject({ status: 'completed' });

  const logs = await replay('execution-logs');
  expect([...logs.differences, ...(logs.differences.length > 0 ? [logs.answer.body] : [])]).toEqual([]);
  expect((await replay('update-flow')).differences).toEqual([]);
  expect((await replay('delete-flow')).differences).toEqual([]);
  expect((await replay('get-flow')).answer.status).toBe(404);
  expect(await stack.client.execution(ids['exec-123'])).toMatchObject({ status: 'completed', flow_id: ids['flow-123'] });
});

test('executions: get, list with one that failed, cancel', async () => {
  const own = await startStack({
    temporalAddress,
    mongodbUri: sharedEngines().mongodbUri,
    egressAllow: [`127.0.0.1:${target.port}`],
  });
  const before = stack;
  stack = own;
  try {
    const definition = `
output: { output: '{{ input.key }}' }
nodes:
  which: { type: condition, params: { if: 'input.key == "value"' }, next: { 'true': done, 'false': call } }
  done: { type: transform, params: { output: 1 } }
  call: { type: http.request, params: { url: '${target.url}/status/500' } }`;
    const flow = await own.client.save(definition, 'My Flow');
    const failed = await own.client.begin(flow, { key: 'other' }, { wait: 20 });
    const completed = await own.client.begin(flow, { key: 'value' }, { wait: 20 });
    ids = { 'flow-123': flow, 'exec-123': completed, 'exec-456': failed };
    expect((await replay('get-execution')).differences).toEqual([]);
    expect((await replay('list-executions')).differences).toEqual([]);
    expect(await own.client.get('GET', `/api/v1/executions?flow_id=${flow}&status=failed&limit=1`)).toMatchObject({
      executions: [{ id: failed }],
      total: 1,
      limit: 1,
    });
    const waiting = await own.client.save(`nodes: { w: { type: wait, params: { type: event } } }`, 'Waiting');
    ids = { 'exec-123': await own.client.begin(waiting) };
    expect((await replay('cancel-execution')).differences).toEqual([]);
    expect(await own.client.execution(String(ids['exec-123']), 15)).toMatchObject({ status: 'cancelled' });
  } finally {
    stack = before;
    await own.stop();
  }
});
