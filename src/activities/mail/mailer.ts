/** The operator's mail server. Flows name recipients and content; where mail goes out, and as whom by default, is configuration. */
import { createTransport } from 'nodemailer';
import { RepriseError } from '../../flow';

const CONNECT_MS = 10_000;
/** Silence of the server after which a message is given up. */
const SOCKET_MS = 20_000;

export interface MailMessage {
  readonly from?: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** Stable over repeats of the same message, so that mail systems can drop them. Letters, digits, `-`, `_`. */
  readonly key: string;
}
export interface Mailer {
  /** Throws RepriseError `mail_refused` (final) or `unavailable`; never with credentials in its text. */
  send(message: MailMessage): Promise<{ readonly messageId: string; readonly accepted: readonly string[] }>;
  close(): void;
}
export interface MailerOptions {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly url: string;
  /** Default sender. */
  readonly from?: string;
}

/** Addresses were checked by whoever calls; nothing of a message is read from files or URLs. */
export const createMailer = ({ url, from: defaultFrom }: MailerOptions): Mailer => {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const transport = createTransport({
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SOCKET_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ from = defaultFrom ?? `reprise@${host}`, to, cc, bcc, subject, text, html, key }) {
      const messageId = `<${key}@reprise>`;
      const content = { ...(text !== undefined && { text }), ...(html !== undefined && { html }) };
      const others = { ...(cc !== undefined && { cc: [...cc] }), ...(bcc !== undefined && { bcc: [...bcc] }) };
      try {
        const sent = await transport.sendMail({ from, to: [...to], ...others, subject, ...content, messageId });
        return { messageId, accepted: sent.accepted };
      } catch (error) {
        throw toMailError(error);
      }
    },
    close: () => transport.close(),
  };
};

/** A reply 5xx is final, except to the log-in: the operator may correct that. Everything else may pass. */
const toMailError = (error: unknown): RepriseError => {
  const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
  if (code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500)
    return new RepriseError('mail_refused', `The mail server refused the message (${responseCode}); check its addresses`, {
      details: { status: responseCode },
    });
  const why = code === 'EAUTH' ? 'refuses its log-in' : 'does not take the message';
  return new RepriseError('unavailable', `The mail server ${why} (${responseCode ?? code ?? 'unknown'}); it may later`);
};
