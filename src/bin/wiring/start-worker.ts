/** The worker half: activities, the workflow code, the journal's way to the store. */
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { createMailer } from '../../activities/mail/mailer';
import { createSandbox } from '../../activities/sandbox';
import type { Config } from '../../config';
import { createOutbound } from '../../egress';
import { checkInput } from '../../language';
import type { Logger } from '../../logger';
import { createJournalBatcher, type RunCloser } from '../../projection';
import type { ArtifactStore, Stores } from '../../store/ports';
import { createWorker, type WorkflowBundle } from '../../worker/create-worker';
import { runWorker } from './run-worker';
import type { Shutdown } from './shutdown';

export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** How payloads are written. */
  readonly converter: DataConverter;
  readonly bundle: WorkflowBundle;
  readonly stores: Stores;
  readonly artifacts: ArtifactStore;
  readonly closer: RunCloser;
  /** This process is the only one: an end need not wait for its flush, its close is written behind it. */
  readonly soleProcess?: boolean;
  /** Rules `host`, `host:port`, CIDR: what flows may reach although private. */
  readonly egressAllow: readonly string[];
  /** Of the configuration: the mail server, and what signs webhooks. */
  readonly outgoing?: Pick<Config, 'smtpUrl' | 'smtpFrom' | 'webhookSecret'>;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}

/** Starts the worker and registers its stop: first the worker, then what is left of the journal. */
export async function startWorker(parts: WorkerParts): Promise<void> {
  const { stores, artifacts, logger, shutdown } = parts;
  const journal = createJournalBatcher({
    journal: stores.journal,
    runs: stores.runs,
    closer: parts.closer,
    logger: logger.child({ part: 'journal' }),
    clock: Date.now,
    options: { awaitEnds: parts.soleProcess !== true },
  });
  shutdown.add('journal', () => journal.stop());
  const outbound = createOutbound({ allow: parts.egressAllow });
  shutdown.add('outgoing calls', () => outbound.close());
  const sandbox = createSandbox();
  shutdown.add('sandbox', () => sandbox.close());
  const { smtpUrl, smtpFrom, webhookSecret } = parts.outgoing ?? {};
  const mailer =
    smtpUrl === undefined ? undefined : createMailer({ url: smtpUrl, ...(smtpFrom !== undefined && { from: smtpFrom }) });
  shutdown.add('mail', () => mailer?.close());
  const activities = createActivities({
    stores,
    artifacts,
    outbound,
    sandbox,
    ...(mailer !== undefined && { mailer }),
    ...(webhookSecret !== undefined && { webhookSecret }),
    checkInput,
    logger: logger.child({ part: 'activities' }),
    now: Date.now,
  });
  const make = () =>
    createWorker({
      connection: parts.connection,
      namespace: parts.namespace,
      bundle: parts.bundle,
      converter: parts.converter,
      activities,
      artifacts,
      journal: journal.sink,
    });
  const worker = await runWorker(make, logger.child({ part: 'worker' }));
  shutdown.add('worker', () => worker.stop());
}
