/** Tells people of an approval: the webhook first, whose repeats the receiver can drop, then the mail. */
import { isRepriseError, type ApprovalNotice } from '../../flow';
import { sha256Hex } from '../../flow/hash';
import type { Activities } from '../contract';
import type { ActivityDeps } from '../deps';
import { CallFault, InfrastructureError, onStore } from '../failure';
import { resolveParams } from '../resolve';
import type { ActivityRuntime } from '../runtime';
import type { OpenSecrets, UsedSecrets } from '../secrets/used-secrets';
import type { Values } from '../values';
import { webhookHeaders } from '../webhooks/sign';
import { approvalMail } from './approval-mail';
import { notifyParams } from './notify-params';
import { recipientsOf } from './recipients';

const RECEIVER_MS = 15_000;
/** Of a receiver's answer nothing but the status counts. */
const ANSWER_BYTES = 64 * 1_024;

/** A receiver or mail server that fails for now makes Temporal try again; what cannot get better fails at once. */
export const createNotifyApproval =
  (
    deps: ActivityDeps,
    values: Values,
    openSecrets: OpenSecrets,
    runtimeOf: () => ActivityRuntime,
  ): Activities['notifyApproval'] =>
  async ({ facts, path, notice }) => {
    const { runId, workspace, flowId, version } = facts;
    const context = { runId, workspace, flowId, version, path, nodeRunId: '', attempt: 1, idempotencyKey: '', operationId: '' };
    const opened = await openSecrets(notice.notify, context);
    const { resolved, secrets } = await resolveParams(values, notice.notify, opened);
    const parsed = notifyParams.safeParse(resolved);
    if (!parsed.success)
      throw refusal('invalid_params', `\`notify\` of ${path} cannot be used: ${faultOf(parsed.error.issues[0])}`);
    const { email, webhook } = parsed.data;
    const { signal, scheduledAtMs } = runtimeOf();
    // Every try of one notice was scheduled at one time; another reminder at another one.
    const key = sha256Hex(`${notice.id}|${notice.reason}|${scheduledAtMs}`).slice(0, 32);
    if (webhook !== undefined && webhook !== null) {
      const secret = webhook.secret ?? deps.webhookSecret;
      if (secret === undefined)
        throw refusal('webhook_secret_missing', 'Give the webhook a `secret`, or let the operator set REPRISE_WEBHOOK_SECRET');
      const body = JSON.stringify(eventOf(notice, facts, path, scheduledAtMs));
      await post(deps, {
        url: webhook.url,
        headers: webhookHeaders(secret, `msg_${key}`, deps.now(), body),
        body,
        secrets,
        signal,
      });
    }
    if (email === undefined || email === null || email === false) return;
    if (deps.mailer === undefined)
      throw refusal('smtp_not_configured', 'No mail server is configured; the operator sets SMTP_URL for the workers');
    const to = email === true ? await onStore(() => recipientsOf(deps.stores.accounts, workspace, notice.to)) : email;
    if (to.length === 0) return;
    const { mailer } = deps;
    await passing(() => mailer.send({ to, ...approvalMail(notice, facts.flowName), key }));
  };

const eventOf = (
  notice: ApprovalNotice,
  facts: { readonly runId: string; readonly flowId: string },
  path: string,
  at: number,
) => ({
  type: `approval.${notice.reason}`,
  timestamp: new Date(at).toISOString(),
  data: {
    id: notice.id,
    executionId: facts.runId,
    flowId: facts.flowId,
    nodePath: path,
    title: notice.title,
    ...(notice.message !== undefined && { message: notice.message }),
    approvers: notice.to,
    ...(notice.dueAt !== undefined && { dueAt: new Date(notice.dueAt).toISOString() }),
  },
});

interface Delivery {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly secrets: UsedSecrets;
  readonly signal: AbortSignal;
}

const post = async ({ outbound }: ActivityDeps, { url, headers, body, secrets, signal }: Delivery): Promise<void> => {
  const { status } = await passing(() =>
    outbound.call({
      url,
      method: 'POST',
      headers: { 'user-agent': 'Reprise', 'content-type': 'application/json', ...headers },
      body,
      maxRedirects: 0,
      maxBytes: ANSWER_BYTES,
      large: { maxBytes: Number.MAX_SAFE_INTEGER, take: async () => undefined },
      checkUrl: secrets.checkUrl,
      signal: AbortSignal.any([signal, AbortSignal.timeout(RECEIVER_MS)]),
    }),
  );
  if (status >= 200 && status <= 299) return;
  // 410 says that nobody listens any more.
  if (status === 410) throw refusal('receiver_gone', `The receiver of the webhook answered ${status} and is not asked again`);
  throw new InfrastructureError(`The receiver of the webhook answered ${status}`);
};

const PASSING = new Set(['unavailable', 'network_error', 'timeout', 'invalid_response']);

const passing = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    if (!isTimeout && !(isRepriseError(error) && PASSING.has(error.code))) throw error;
    throw new InfrastructureError(isTimeout ? 'The receiver of the webhook does not answer' : error.message, { cause: error });
  }
};

const refusal = (code: string, message: string): CallFault => new CallFault({ code, message, retryable: false });

const faultOf = (issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): string =>
  issue === undefined ? 'it is not valid' : `${issue.path.map(String).join('.')} ${issue.message}`.trim();
