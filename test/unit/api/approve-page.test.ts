import type { Decision, Json } from '../../../src/flow';
import type { Approval } from '../../../src/store/ports';
import { compileDefinition } from '../../../src/language';
import { anApproval } from '../../contract/store-factories';
import { startTestApi, type TestApi } from '../../support/api-client';

const FLOW = `
metadata: { name: Orders }
nodes:
  approve:
    type: approval
    params: { title: Order, approvers: ['role:operator'] }
    next: { approved: charge, rejected: giveUp }
  charge: { type: transform, name: Charge the card, params: { output: 1 } }
  giveUp: { type: fail, params: { code: declined, message: no } }
`;
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</title><script>alert(1)</script>',
  '<!--<svg/onload=alert(1)>-->',
  '&lt;script&gt; &amp;#60;b&amp;#62;',
  '</textarea></form><form action=//evil.example>',
  'javascript:alert(1)',
  '\u202egnp.exe\u0000\u0008',
  '${alert(1)} {{ alert(1) }}',
  '<base href=//evil.example><meta http-equiv=refresh content=0>',
];

let api: TestApi;
const start = async (): Promise<void> => {
  api = await startTestApi();
  await api.tokenOf('operator');
  const compiled = compileDefinition(FLOW);
  if (!compiled.ok) throw new Error('does not compile');
  await api.stores.flows.insertVersion({
    flowId: 'flow_1',
    workspace: 'ws_1',
    version: 1,
    label: '1',
    form: 'native',
    definition: FLOW,
    plan: compiled.plan,
    savedBy: 'acct_1',
    createdAt: new Date(api.clock.ms),
  });
  api.temporal.answerUpdate = (_, input) => {
    const { by, decision } = input as { readonly by: string; readonly decision: Decision };
    const decisions = [{ decision, by, at: api.clock.ms }];
    return {
      state: 'RUN',
      seq: 2,
      outcome: 'changed',
      approval: { id: 'run_1:approve', rev: 1, state: decision, approvers: ['role:operator'], decisions },
    };
  };
};
beforeEach(start);
afterEach(() => api.close());

const put = async (change: Partial<Approval> = {}): Promise<Approval> => {
  const approval = anApproval({
    id: 'run_1:approve',
    workspace: 'ws_1',
    runId: 'run_1',
    flowId: 'flow_1',
    version: 1,
    path: 'approve',
    attempt: 1,
    approvers: ['role:operator'],
    required: 1,
    createdAt: new Date(api.clock.ms),
    ...change,
  });
  api.temporal.add('run_1');
  await api.stores.approvals.insert(approval);
  return approval;
};
interface Links {
  readonly id: string;
  readonly approve: string;
  readonly reject: string;
  readonly approver: string;
}
const LINKS = '/api/v1/approvals/run_1:approve/links';
const askLinks = async (body: object = {}, role: 'operator' | 'admin' | 'user' = 'operator') =>
  api.ask('POST', LINKS, { token: await api.tokenOf(role), body });
const links = async (body?: object): Promise<Links> => (await askLinks(body)).json as Links;
const tokenOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
const open = (url: string) => api.ask('GET', `/approve/${tokenOf(url)}`, { token: '' });
const confirm = (url: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  api.ask('POST', '/approve', {
    token: '',
    body: new URLSearchParams({ token: tokenOf(url), ...fields }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

/** Names of the elements in a page, and whether it holds an attribute that runs something. */
const elementsOf = (page: string): string[] =>
  [...page.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase());

describe('making links', () => {
  test('an approver gets two, at the public address whatever the request says', async () => {
    await put();
    const reply = await api.ask('POST', LINKS, {
      token: await api.tokenOf('operator'),
      body: {},
      headers: { 'x-forwarded-host': 'evil.example' },
    });
    expect(reply.status).toBe(200);
    const { approve, reject, approver } = reply.json as Links;
    expect(approver).toBe('operator@ws_1.example');
    for (const url of [approve, reject]) expect(url).toMatch(/^http:\/\/localhost:8080\/approve\/[\w-]+\.[\w-]+$/);
  });

  test('others do not, and admins only for an approver whom they name', async () => {
    await put();
    expect((await askLinks({}, 'user')).status).toBe(403);
    expect((await askLinks({}, 'admin')).status).toBe(403);
    expect((await askLinks({ approver: 'operator@ws_1.example' }, 'user')).status).toBe(403);
    expect((await askLinks({ approver: 'nobody@ws_1.example' }, 'admin')).status).toBe(422);
    expect((await askLinks({ approver: 'operator@ws_1.example' }, 'admin')).status).toBe(200);
  });

  test('only while it is open', async () => {
    await put({ state: 'rejected' });
    expect((await askLinks()).status).toBe(410);
  });
});

describe('the page', () => {
  test('shows what is asked, who is asked, and what runs next; it decides nothing', async () => {
    await put({ title: 'Order 7', message: 'Is it fine?' });
    const { approve, reject } = await links();
    const page = await open(approve);
    expect(page.status).toBe(200);
    for (const text of ['Order 7', 'Is it fine?', 'operator@ws_1.example', 'Charge the card', '>Approve</button>'])
      expect(page.text).toContain(text);
    expect((await open(reject)).text).toContain('giveUp');
    await api.ask('HEAD', `/approve/${tokenOf(approve)}`, { token: '' });
    expect(api.temporal.updates).toEqual([]);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('set-cookie')).toBeNull();
    expect((await api.ask('GET', '/approve/style.css', { token: '' })).status).toBe(200);
  });

  test.each(HOSTILE)('has no element that %j brings', async (text) => {
    await put({
      title: text,
      message: text,
      flowName: text,
      form: { type: 'object', properties: { [text]: { enum: [text], title: text } } },
    });
    const hostile = (await open((await links()).approve)).text;
    await api.close();
    await start();
    await put({
      title: 'x',
      message: 'x',
      flowName: 'x',
      form: { type: 'object', properties: { x: { enum: ['x'], title: 'x' } } },
    });
    const tame = (await open((await links()).approve)).text;
    expect(elementsOf(hostile)).toEqual(elementsOf(tame));
    expect(hostile).not.toMatch(/<[^>]*\son\w+\s*=(?![^<]*&)[^"]*>/i);
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    expect(hostile).not.toMatch(/[\0\x08]/);
  });
});

describe('confirming', () => {
  test('decides once, as the approver', async () => {
    await put();
    const { approve, reject } = await links();
    const done = await confirm(approve, { note: 'fine' });
    expect({ status: done.status, text: done.text }).toMatchObject({ status: 200, text: expect.stringContaining('approved') });
    expect(api.temporal.updates).toMatchObject([
      { name: 'decideApproval', input: { by: 'acct_ws_1_operator', decision: 'approved', note: 'fine' } },
    ]);
    for (const url of [approve, reject]) {
      expect((await confirm(url)).status).toBe(410);
      expect((await open(url)).status).toBe(410);
    }
    expect(api.temporal.updates).toHaveLength(1);
  });

  test('of twenty at once, one is taken', async () => {
    await put();
    const { approve, reject } = await links();
    const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => confirm(n % 2 === 0 ? approve : reject)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 410)).toHaveLength(19);
    expect(api.temporal.updates).toHaveLength(1);
  });

  test('leaves the link usable when nobody knows whether it counted', async () => {
    await put();
    const { approve } = await links();
    api.temporal.down = 'before';
    expect((await confirm(approve)).status).toBe(503);
    api.temporal.down = undefined;
    expect((await confirm(approve)).status).toBe(200);
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another origin of the same site', { 'sec-fetch-site': 'same-site', origin: 'null' }],
  ])('is refused to a page of %s', async (_, headers) => {
    await put();
    expect((await confirm((await links()).approve, {}, headers)).status).toBe(403);
    expect(api.temporal.updates).toEqual([]);
  });

  test('takes what browsers send from the page itself', async () => {
    await put();
    expect((await confirm((await links()).approve, {}, { origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('takes nothing but a form, and no unknown member', async () => {
    await put();
    const { approve } = await links();
    const json = { body: { token: tokenOf(approve) }, token: '' };
    expect((await api.ask('POST', '/approve', json)).status).toBe(415);
    expect((await confirm(approve, { decision: 'rejected' })).status).toBe(400);
    expect(api.temporal.updates).toEqual([]);
  });
});

describe('a form', () => {
  const form: Json = {
    type: 'object',
    required: ['limit'],
    properties: {
      limit: { type: 'integer', maximum: 100 },
      color: { enum: ['red', 'blue'] },
      gift: { type: 'boolean' },
      why: { type: 'string' },
    },
  };

  test('that is simple is asked for on the page and judged by its schema', async () => {
    await put({ form });
    const { approve, reject } = await links();
    const page = await open(approve);
    for (const name of ['limit', 'color', 'gift', 'why']) expect(page.text).toContain(`name="field:${name}"`);
    expect((await open(reject)).text).not.toContain('field:');
    const refused = await confirm(approve, { 'field:limit': '500' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('role="alert"');
    expect(api.temporal.updates).toEqual([]);
    const taken = await confirm(approve, { 'field:limit': '50', 'field:color': 'red', 'field:gift': 'yes', 'field:why': '' });
    expect(taken.status).toBe(200);
    expect(api.temporal.updates).toMatchObject([{ input: { form: { limit: 50, color: 'red', gift: true } } }]);
  });

  test('that is not, is answered elsewhere', async () => {
    await put({ form: { type: 'object', properties: { list: { type: 'array' } }, required: ['list'] } });
    const { approve } = await links();
    const page = await open(approve);
    expect(page.text).toContain('Answer in the inbox');
    expect(elementsOf(page.text)).not.toContain('form');
    expect((await confirm(approve)).status).toBe(422);
  });
});

describe('a link ends', () => {
  test('when it expires', async () => {
    await put();
    const { approve } = await links({ expiresIn: 60 });
    api.clock.ms += 60_000;
    for (const reply of [await open(approve), await confirm(approve)]) expect(reply.status).toBe(410);
  });

  test('when it is revoked, by whom it is for or by an admin', async () => {
    await put();
    const { id, approve } = await links();
    const revoke = async (role: 'user' | 'operator' | 'admin') =>
      (await api.ask('DELETE', `${LINKS}/${id}`, { token: await api.tokenOf(role) })).status;
    expect(await revoke('user')).toBe(403);
    expect((await open(approve)).status).toBe(200);
    expect([await revoke('operator'), await revoke('admin')]).toEqual([200, 200]);
    for (const reply of [await open(approve), await confirm(approve)]) expect(reply.status).toBe(410);
    expect(api.temporal.updates).toEqual([]);
  });

  test('when the approval is decided otherwise, or its approver may no more', async () => {
    await put();
    const { approve } = await links();
    await api.stores.accounts.update('ws_1', 'acct_ws_1_operator', { role: 'viewer' });
    expect((await confirm(approve)).status).toBe(403);
    await api.stores.accounts.update('ws_1', 'acct_ws_1_operator', { role: 'operator' });
    await api.stores.approvals.cancel('run_1:approve', new Date(api.clock.ms));
    expect((await open(approve)).status).toBe(410);
    await api.stores.accounts.delete('ws_1', 'acct_ws_1_operator');
    expect((await open(approve)).status).toBe(410);
    expect(api.temporal.updates).toEqual([]);
  });

  test('before it begins, when it was touched', async () => {
    await put();
    const { approve } = await links();
    const token = tokenOf(approve);
    const [claims = '', signature = ''] = token.split('.');
    const other = Buffer.from(Buffer.from(claims, 'base64url').toString().replace('approved', 'rejected')).toString('base64url');
    for (const bad of [
      'x',
      `${claims}.`,
      `${other}.${signature}`,
      `${claims}.${signature}x`,
      `.${signature}`,
      'x'.repeat(2_000),
    ]) {
      expect((await api.ask('GET', `/approve/${bad}`, { token: '' })).status).toBe(404);
      expect((await confirm(`/${bad}`)).status).toBe(404);
    }
    expect(api.temporal.updates).toEqual([]);
  });
});
