import { createMailer, type Mailer } from '../../../src/activities/mail/mailer';
import type { JsonObject } from '../../../src/flow';
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink';
import { createHarness, failureOf, outputOf, toCall, type Harness } from './harness';

let sink: SmtpSink;
let mailer: Mailer;
let harness: Harness;
beforeEach(async () => {
  sink = await startSmtpSink();
  mailer = createMailer({ url: sink.url, from: 'flows@reprise.test' });
  harness = createHarness({ mailer });
});
afterEach(async () => {
  mailer.close();
  await Promise.all([harness.close(), sink.close()]);
});

const MAIL = { to: 'ada@example.com', subject: 'Order 7', text: 'It arrives.' };
const send = (params: JsonObject) => harness.activities.call(toCall('emailSend', { ...MAIL, ...params }));
const headOf = (source: string): string => source.slice(0, source.indexOf('\r\n\r\n'));

describe('email.send', () => {
  it('sends to everybody that it names, and hides who is in bcc', async () => {
    const output = await outputOf(
      send({ to: ['ada@example.com', 'bob@example.com'], cc: 'cy@example.com', bcc: 'di@example.com' }),
    );
    const everybody = ['ada@example.com', 'bob@example.com', 'cy@example.com', 'di@example.com'];
    expect(output).toEqual({ message_id: expect.stringMatching(/^<[0-9a-f]{32}@reprise>$/), addresses: everybody });
    const [mail] = sink.mails;
    expect(mail).toMatchObject({ from: 'flows@reprise.test', to: everybody });
    expect(mail?.source).toContain('Subject: Order 7');
    expect(mail?.source).not.toContain('di@example.com');
  });

  it('carries the same Message-ID when it is repeated', async () => {
    const [first, second] = [await outputOf(send({})), await outputOf(send({}))];
    expect(first).toEqual(second);
    expect(sink.mails).toHaveLength(2);
  });

  it('sends text and HTML side by side, from a sender of its own', async () => {
    await send({ from: 'shop@example.com', html: '<p>It arrives.</p>' });
    const [mail] = sink.mails;
    expect(mail?.from).toBe('shop@example.com');
    expect(mail?.source).toContain('multipart/alternative');
  });

  it.each([
    ['to', 'ada@example.com\r\nBcc: eve@example.com'],
    ['to', 'ada@example.com, eve@example.com'],
    ['to', '"a@b.test" <eve@example.com>'],
    ['cc', ['ada@example.com', 'x y@example.com']],
    ['from', 'ada@example.com\nBcc: eve@example.com'],
    ['subject', 'Hello\r\nBcc: eve@example.com'],
    ['subject', 'Hello\nX: y'],
    ['to', []],
    ['to', Array.from({ length: 51 }, (_, index) => `a${index}@example.com`)],
    ['text', { not: 'text' }],
  ])('refuses a %s that is not what it should be: %j', async (name, value) => {
    const failure = await failureOf(send({ [name]: value }));
    expect(failure).toMatchObject({ code: 'invalid_params', retryable: false });
    expect(sink.mails).toHaveLength(0);
  });

  it('keeps content where content belongs', async () => {
    await send({ subject: '=?utf-8?Q?a=0ABcc:_eve@example.com?= ünï', text: '.\r\nBcc: eve@example.com\r\n.\r\nQUIT' });
    const [mail] = sink.mails;
    expect(mail?.to).toEqual(['ada@example.com']);
    expect(headOf(mail?.source ?? '')).not.toMatch(/^Bcc:/m);
    expect(sink.mails).toHaveLength(1);
  });

  it('reads no file and no URL that content names', async () => {
    const failure = await failureOf(send({ text: { path: '/etc/passwd' } }));
    expect(failure.code).toBe('invalid_params');
  });

  it('fails for good where the server refuses, and for now where it does not answer', async () => {
    sink.answer('RCPT', '550 nobody of that name');
    expect(await failureOf(send({}))).toMatchObject({ code: 'mail_refused', retryable: false });
    sink.answer('RCPT', '451 try later');
    expect(await failureOf(send({}))).toMatchObject({ code: 'unavailable', retryable: true });
    sink.answer('RCPT', undefined);
    await sink.close();
    expect(await failureOf(send({}))).toMatchObject({ code: 'unavailable', retryable: true });
    sink = await startSmtpSink();
  });

  it('says so where there is no mail server', async () => {
    const bare = createHarness();
    const failure = await failureOf(bare.activities.call(toCall('emailSend', MAIL)));
    expect(failure).toMatchObject({ code: 'smtp_not_configured', retryable: false });
    expect(failure.message).toContain('SMTP_URL');
    await bare.close();
  });

  it('never says the credentials of the server', async () => {
    sink.answer('EHLO', '250-sink\r\n250 AUTH PLAIN');
    sink.answer('AUTH', '535 no such user hunter2-secret');
    const other = createMailer({ url: sink.url.replace('smtp://', 'smtp://flows:hunter2-secret@') });
    const closed = createHarness({ mailer: other });
    const failure = await failureOf(closed.activities.call(toCall('emailSend', MAIL)));
    expect(failure).toMatchObject({ code: 'unavailable' });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    await closed.close();
  });
});
