import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Webhook } from 'standardwebhooks';
import { createMailer, type Mailer } from '../../../../src/activities/mail/mailer';
import { webhookHeaders } from '../../../../src/activities/webhooks/sign';
import type { ApprovalNotice, Json } from '../../../../src/flow';
import type { Account } from '../../../../src/store/ports';
import { startSmtpSink, type SmtpSink } from '../../../support/smtp-sink';
import { createHarness, RUN, type Harness } from '../harness';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const FACTS = { ...RUN, flowId: 'flow_1', flowName: 'Orders\r\nBcc: eve@example.com', version: 1 };

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
let receiver: Server;
let url: string;
let status: number;
let received: Received[];
let sink: SmtpSink;
let mailer: Mailer;
let harness: Harness;

beforeEach(async () => {
  [status, received] = [204, []];
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(status).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  sink = await startSmtpSink();
  mailer = createMailer({ url: sink.url });
  // The reference library compares with the clock of the machine.
  harness = createHarness({ mailer, webhookSecret: SECRET, now: Date.now });
});
afterEach(async () => {
  mailer.close();
  receiver.closeAllConnections();
  receiver.close();
  await Promise.all([harness.close(), sink.close()]);
});

const notice = (notify: Json, change: Partial<ApprovalNotice> = {}): ApprovalNotice => ({
  id: 'run_1:approve',
  reason: 'opened',
  title: 'Order 7',
  message: 'Is it fine?',
  to: ['group:managers', 'account:cy@example.com'],
  notify: { kind: 'resolved', value: notify },
  ...change,
});
const tell = (notify: Json, change?: Partial<ApprovalNotice>) =>
  harness.activities.notifyApproval({ facts: FACTS, path: 'approve', notice: notice(notify, change) });
const thrown = async (work: Promise<unknown>) => {
  const error = (await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )) as {
    readonly type: string;
    readonly nonRetryable: boolean;
    readonly details: readonly { readonly code: string }[];
  };
  return { type: error.type, isFinal: error.nonRetryable, code: error.details[0]?.code };
};

describe('the webhook of an approval', () => {
  it('is signed as the reference library checks it', async () => {
    await tell({ webhook: url });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const event = new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(event).toMatchObject({
      type: 'approval.opened',
      data: { id: 'run_1:approve', executionId: 'run_1', nodePath: 'approve', title: 'Order 7' },
    });
  });

  it('is signed with a secret of its own where it brings one', async () => {
    const own = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    await tell({ webhook: { url, secret: own } });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(() => new Webhook(own).verify(body, headers as Record<string, string>)).not.toThrow();
    expect(() => new Webhook(SECRET).verify(body, headers as Record<string, string>)).toThrow('No matching signature found');
  });

  it('has one id for all tries of a notice, and another for another reason', async () => {
    status = 503;
    expect(await thrown(tell({ webhook: url }))).toEqual({ type: 'InfrastructureFailure', isFinal: false, code: 'unavailable' });
    status = 200;
    await tell({ webhook: url });
    await tell({ webhook: url }, { reason: 'reminder' });
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[1]);
    expect(received[0]?.body).toBe(received[1]?.body);
  });

  it.each([
    ['a receiver that has gone', 410, { webhook: true }, 'receiver_gone'],
    ['no URL', 200, { webhook: 'nowhere' }, 'invalid_params'],
    ['another member', 200, { pigeon: true }, 'invalid_params'],
  ])('gives up at %s', async (_, answer, notify, code) => {
    status = answer;
    const work = tell(code === 'receiver_gone' ? { webhook: url } : notify);
    expect(await thrown(work)).toEqual({ type: 'NodeFailure', isFinal: true, code });
  });

  it('goes only where the egress rules let it', async () => {
    const guarded = createHarness({ allow: [], webhookSecret: SECRET });
    const work = guarded.activities.notifyApproval({ facts: FACTS, path: 'approve', notice: notice({ webhook: url }) });
    expect(await thrown(work)).toMatchObject({ isFinal: true, code: 'egress_denied' });
    expect(received).toHaveLength(0);
    await guarded.close();
  });

  it('is never sent unsigned', async () => {
    const bare = createHarness({});
    const work = bare.activities.notifyApproval({ facts: FACTS, path: 'approve', notice: notice({ webhook: url }) });
    expect(await thrown(work)).toMatchObject({ isFinal: true, code: 'webhook_secret_missing' });
    expect(received).toHaveLength(0);
    await bare.close();
  });
});

describe('signatures', () => {
  it.each(['', '{}', '{"a":"ü€😀"}', 'x'.repeat(100_000)])('equal those of the reference library', (body) => {
    const at = Math.floor(Date.now() / 1_000) * 1_000;
    const expected = new Webhook(SECRET).sign('msg_1', new Date(at), body);
    expect(webhookHeaders(SECRET, 'msg_1', at, body)['webhook-signature']).toBe(expected);
  });

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_not base64 at all, is it? no it is not.'])('refuse the secret %j', (secret) => {
    expect(() => webhookHeaders(secret, 'msg_1', 0, '')).toThrow(expect.objectContaining({ code: 'invalid_webhook_secret' }));
  });
});

describe('the mail of an approval', () => {
  const account = (email: string, change: Partial<Account> = {}): Account => ({
    id: `acct_${email}`,
    workspace: RUN.workspace,
    name: email,
    email,
    role: 'user',
    groups: [],
    passwordHash: '',
    tokenVersion: 0,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    ...change,
  });

  it('goes to those whom the approvers mean, in the workspace of the run', async () => {
    const accounts = harness.deps.stores.accounts as unknown as { insert(one: Account): Promise<boolean> };
    await accounts.insert(account('ada@example.com', { groups: ['managers'] }));
    await accounts.insert(account('bob@example.com', { groups: ['others'] }));
    await accounts.insert(account('cy@example.com'));
    await accounts.insert(account('di@example.com', { workspace: 'ws_2', groups: ['managers'] }));
    await tell({ email: true });
    expect(sink.mails.map(({ to }) => [...to].sort())).toEqual([['ada@example.com', 'cy@example.com']]);
    expect(sink.mails[0]?.source).toContain('Subject: Please decide: Order 7');
    expect(sink.mails[0]?.source).not.toMatch(/^Bcc:/m);
  });

  it('goes to the addresses that the flow names', async () => {
    await tell({ email: ['eve@example.com'] }, { title: 'Order\r\nBcc: x@example.com', reason: 'reminder' });
    expect(sink.mails.map(({ to }) => to)).toEqual([['eve@example.com']]);
    expect(sink.mails[0]?.source).toContain('Subject: Reminder: please decide: Order Bcc: x@example.com');
  });

  it('is tried again where the server does not take it', async () => {
    sink.answer('MAIL', '421 busy');
    expect(await thrown(tell({ email: 'eve@example.com' }))).toMatchObject({ isFinal: false });
    expect(sink.mails).toHaveLength(0);
  });
});
