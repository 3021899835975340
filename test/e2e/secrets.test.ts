/** Secrets as callers meet them: whose they are, when they are missing, where they may go. */
import { sharedEngines } from '../support/engines';
import { createClient, logIn, type Client } from '../support/client';
import { startStack, type Stack } from '../support/stack';
import { startTarget, type Target } from '../support/target';

const { temporalAddress, mongodbUri } = sharedEngines();
const PASSWORD = 'a password of tests, not of hay';
let stack: Stack;
let target: Target;
let author: Client;
const owner = { admin: '', author: '' };

beforeAll(async () => {
  target = await startTarget();
  stack = await startStack({
    temporalAddress,
    mongodbUri,
    egressAllow: [`127.0.0.1:${target.port}`, `localhost:${target.port}`],
  });
  const { client } = stack;
  const { accounts } = await client.get<{ accounts: { id: string }[] }>('GET', '/api/v1/accounts');
  const email = 'author@example.com';
  const made = await client.get<{ id: string }>('POST', '/api/v1/accounts', {
    name: 'Author',
    email,
    password: PASSWORD,
    role: 'user',
  });
  owner.admin = `/api/v1/accounts/${accounts[0]?.id ?? ''}/secrets`;
  owner.author = `/api/v1/accounts/${made.id}/secrets`;
  author = await logIn(stack.url, { username: email, password: PASSWORD });
});
afterAll(async () => {
  await stack.stop();
  await target.close();
});
const flowOf = (path: string, key: string, more = ''): string => `
nodes:
  call: { type: http.request, params: { url: "${target.url}/${path}", headers: { x-key: "{{ secrets.${key} }}" } }${more} }
`;
const keysAt = (path: string) => target.asked.filter((one) => one.path === `/${path}`).map(({ headers }) => headers['x-key']);

test('a flow whose secret is missing is stored with a warning, refused at the start, and runs when it exists', async () => {
  const saved = await author.get<{ id: string; warnings: { code: string; path: string }[] }>('POST', '/api/v1/flows', {
    name: 'missing',
    definition: flowOf('missing', 'LATER'),
  });
  expect(saved.warnings).toMatchObject([{ code: 'secret_missing', path: 'nodes.call.params.headers.x-key' }]);
  const refused = await author.start(saved.id);
  expect(refused.status).toBe(412);
  expect(refused.body).toMatchObject({
    error: { code: 'requirements_not_met', details: { missing: [{ kind: 'secret', key: 'LATER' }] } },
  });
  await author.get('POST', owner.author, { key: 'LATER', value: 'made later' });
  expect((await author.start(saved.id, {}, { wait: 30 })).body.state).toBe('DONE');
  expect(keysAt('missing')).toEqual(['made later']);
});

test('a sub-flow uses the secrets of whoever saved it, also when the parent has some of the same name', async () => {
  await stack.client.get('POST', owner.admin, { key: 'SAME', value: 'of the admin' });
  await author.get('POST', owner.author, { key: 'SAME', value: 'of the author' });
  await stack.client.save(`metadata: { name: admins child }\n${flowOf('child', 'SAME')}`);
  const parent = await author.save(`
nodes:
  own: { type: http.request, params: { url: "${target.url}/parent", headers: { x-key: "{{ secrets.SAME }}" } }, next: sub }
  sub: { type: flow, params: { flow: admins child } }
`);
  const run = await stack.client.start(parent, {}, { wait: 30 });
  expect(run.body.state).toBe('DONE');
  expect([keysAt('parent'), keysAt('child')]).toEqual([['of the author'], ['of the admin']]);
});

test('a sub-flow whose secrets are missing is refused, and its parent told', async () => {
  await author.save(`metadata: { name: authors child }\n${flowOf('never', 'NOWHERE')}`);
  const run = await stack.client.runToEnd('nodes: { sub: { type: flow, params: { flow: authors child } } }');
  expect(run).toMatchObject({ state: 'FAIL', error: expect.stringContaining('NOWHERE') as string });
  expect(keysAt('never')).toEqual([]);
});

test('one that vanishes while the run waits fails its node, which a catch sees', async () => {
  await author.get('POST', owner.author, { key: 'BRIEF', value: 'for a moment' });
  const flow = await author.save(`
nodes:
  wait: { type: wait, params: { event: go }, next: call }
  call: { type: http.request, params: { url: "${target.url}/brief", headers: { x-key: "{{ secrets.BRIEF }}" } }, catch: [{ errors: [secret_missing], next: told }] }
  told: { type: transform, params: { output: "{{ error.code }}" } }
`);
  const id = await author.begin(flow);
  await author.until(id, ['WAIT']);
  await author.get('DELETE', `${owner.author}/BRIEF`);
  await author.get('POST', `/api/v1/executions/${id}/events/go`, { data: null });
  expect(await author.execution(id, 30)).toMatchObject({ state: 'DONE', result: 'secret_missing' });
  expect(keysAt('brief')).toEqual([]);
});

test('a secret that is bound to a host reaches no other', async () => {
  await author.get('POST', owner.author, { key: 'BOUND', value: 'for one host', allowed_hosts: [`localhost:${target.port}`] });
  const run = await author.runToEnd(flowOf('bound', 'BOUND'));
  expect(run).toMatchObject({ state: 'FAIL', error: expect.stringContaining('BOUND') as string });
  expect(keysAt('bound')).toEqual([]);
  await author.get('PUT', `${owner.author}/BOUND`, { allowed_hosts: ['127.0.0.1'] });
  expect(await author.runToEnd(flowOf('bound', 'BOUND'))).toMatchObject({ state: 'DONE' });
});

test('others may start a flow, but neither read nor use the secrets in flows of their own', async () => {
  await author.get('POST', owner.author, { key: 'MINE', value: 'of the author only' });
  const copied = await stack.client.get<{ warnings: { code: string }[] }>('POST', '/api/v1/flows', {
    name: 'copied',
    definition: flowOf('copied', 'MINE'),
  });
  expect(copied.warnings.map(({ code }) => code)).toEqual(['secret_missing']);
  expect((await author.ask('GET', owner.admin)).status).toBe(403);
  expect((await createClient(stack.url).ask('GET', owner.author)).status).toBe(401);
});
