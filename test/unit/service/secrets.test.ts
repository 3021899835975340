import { aPrincipal, createTestServices } from '../../support/services';
import { anAccount } from '../../contract/store-factories';

const USES = `
nodes:
  pay: { type: http.request, params: { url: "https://pay.example/", headers: { a: "Bearer {{ secrets.PAY }}", b: "{{ secrets.OTHER ?? 1 }}" } } }
`;
const PLAIN = 'nodes: { a: { type: log, params: { message: x } } }';

const setUp = async () => {
  const services = createTestServices();
  for (const [id, workspace] of [
    ['acct_1', 'ws_1'],
    ['acct_2', 'ws_1'],
    ['acct_3', 'ws_2'],
  ] as const)
    await services.stores.accounts.insert(anAccount({ id, workspace }));
  const user = aPrincipal({
    accountId: 'acct_2',
    role: 'user',
    scopes: ['secrets:write', 'flows:read', 'flows:write', 'flows:execute'],
  });
  return { ...services, user };
};
const SECRET = { key: 'PAY', value: 'pay_0123456789' };

test('an account manages its own secrets, an admin those of the workspace, nobody those of another', async () => {
  const { secrets, principal, user } = await setUp();
  expect(await secrets.create(user, 'acct_2', { ...SECRET, allowedHosts: ['pay.example'] })).toMatchObject({
    key: 'PAY',
    allowedHosts: ['pay.example'],
  });
  expect(await secrets.list(principal, 'acct_2')).toHaveLength(1);
  expect(await secrets.replace(principal, 'acct_2', 'PAY', { allowedHosts: [] })).toMatchObject({ allowedHosts: [] });
  await expect(secrets.list(user, 'acct_1')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(secrets.create(user, 'acct_1', SECRET)).rejects.toMatchObject({ code: 'forbidden' });
  for (const account of ['acct_3', 'acct_none'])
    await expect(secrets.list(principal, account)).rejects.toMatchObject({ code: 'not_found' });
  await secrets.remove(user, 'acct_2', 'PAY');
  await expect(secrets.remove(user, 'acct_2', 'PAY')).rejects.toMatchObject({ code: 'not_found' });
  await expect(secrets.replace(user, 'acct_2', 'PAY', { value: 'another' })).rejects.toMatchObject({ code: 'not_found' });
});

test('a key is taken once', async () => {
  const { secrets, user } = await setUp();
  await secrets.create(user, 'acct_2', SECRET);
  await expect(secrets.create(user, 'acct_2', SECRET)).rejects.toMatchObject({ code: 'conflict' });
});

test('no answer and no audit entry has the value', async () => {
  const { secrets, principal, user, audit } = await setUp();
  const answers = [
    await secrets.create(user, 'acct_2', SECRET),
    await secrets.replace(user, 'acct_2', 'PAY', { value: 'pay_another value' }),
    await secrets.list(user, 'acct_2'),
    (await audit.list(principal, {}, { limit: 50 })).entries,
  ];
  await secrets.remove(user, 'acct_2', 'PAY');
  answers.push((await audit.list(principal, {}, { limit: 50 })).entries);
  expect(JSON.stringify(answers)).not.toContain('pay_');
  const actions = (await audit.list(principal, {}, { limit: 50 })).entries.map(({ action, target }) => [action, target.id]);
  expect(actions.toSorted(([a = ''], [b = '']) => a.localeCompare(b))).toEqual([
    ['secret.create', 'acct_2:PAY'],
    ['secret.delete', 'acct_2:PAY'],
    ['secret.replace', 'acct_2:PAY'],
  ]);
});

test('a save without the secret is stored with a warning, a start is refused until it exists', async () => {
  const { flows, runs, secrets, user, stores } = await setUp();
  const flow = await flows.create(user, { definition: USES });
  expect(flow.warnings).toEqual([
    { code: 'secret_missing', path: 'nodes.pay.params.headers.a', line: 3, message: expect.stringContaining('PAY') as string },
  ]);
  expect((await flows.validate(user, USES)).warnings).toHaveLength(1);
  await expect(runs.start(user, { flowId: flow.id, input: {} })).rejects.toMatchObject({
    code: 'requirements_not_met',
    details: { missing: [{ kind: 'secret', key: 'PAY', account: 'acct_2' }] },
  });
  expect((await stores.runs.list('ws_1', {}, { limit: 10, offset: 0 })).total).toBe(0);
  await secrets.create(user, 'acct_2', SECRET);
  expect((await runs.start(user, { flowId: flow.id, input: {} })).created).toBe(true);
  expect((await flows.update(user, flow.id, { definition: USES })).warnings).toEqual([]);
});

test('a run needs the secrets of whoever saved its version, not of whoever starts it', async () => {
  const { flows, runs, secrets, principal, user } = await setUp();
  await secrets.create(user, 'acct_2', SECRET);
  const flow = await flows.create(user, { definition: USES });
  expect((await runs.start(principal, { flowId: flow.id, input: {} })).created).toBe(true);
  const changed = await flows.update(principal, flow.id, { definition: USES });
  expect(changed.warnings).toHaveLength(1);
  await expect(runs.start(user, { flowId: flow.id, input: {} })).rejects.toMatchObject({ code: 'requirements_not_met' });
  expect((await runs.start(user, { flowId: flow.id, input: {}, version: 1 })).created).toBe(true);
});

test('usage lists the flows whose current version needs the secret', async () => {
  const { flows, secrets, principal, user } = await setUp();
  const page = { limit: 10, offset: 0 };
  await expect(secrets.usage(user, 'acct_2', 'PAY', page)).rejects.toMatchObject({ code: 'not_found' });
  await secrets.create(user, 'acct_2', SECRET);
  const mine = await flows.create(user, { definition: USES });
  await flows.create(principal, { definition: USES });
  await flows.create(user, { definition: PLAIN });
  expect((await secrets.usage(user, 'acct_2', 'PAY', page)).items.map(({ id }) => id)).toEqual([mine.id]);
  expect((await secrets.usage(user, 'acct_2', 'PAY', page)).total).toBe(1);
  await flows.update(user, mine.id, { definition: PLAIN });
  expect((await secrets.usage(user, 'acct_2', 'PAY', page)).total).toBe(0);
});

test('an account that ends takes its secrets along', async () => {
  const { accounts, secrets, principal, user, stores } = await setUp();
  await secrets.create(user, 'acct_2', SECRET);
  await accounts.remove(principal, 'acct_2');
  expect(await stores.secrets.list({ workspace: 'ws_1', account: 'acct_2' })).toEqual([]);
});
