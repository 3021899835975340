/** `reprise api`: the HTTP API. Any number of them may run; one at a time reconciles. */
import { Client } from '@temporalio/client';
import { createRunCloser } from '../../projection';
import { connectLazily, createTemporalPort, registerSearchAttributes } from '../../service/temporal';
import { installRuntime } from '../../worker/runtime';
import { repriseVersion } from '../help';
import { makeFirstAdmin } from '../wiring/first-admin';
import { startApi } from '../wiring/start-api';
import { toConverter } from '../wiring/converter';
import { untilAvailable } from '../wiring/until-available';
import { loadWorkflowBundle } from '../wiring/workflow-bundle';
import { runHalf, type ProductionParts } from './production';

const CLOSE_GRACE_MS = 10_000;

/** Runs until told to stop. */
export const run = (): Promise<void> => runHalf(start);

async function start({ config, logger, stores, artifacts, shutdown, signal }: ProductionParts): Promise<void> {
  // The reconciler replays histories, which goes through the worker library.
  installRuntime(logger);
  const namespace = config.temporalNamespace;
  const converter = toConverter(config.encryptionKeys, config.encryptsPayloads);
  const connection = connectLazily(config.temporalAddress);
  shutdown.add('Temporal connection', () => connection.close());
  const searchable = await untilAvailable('Temporal', () => registerSearchAttributes(connection, namespace, logger), {
    logger,
    signal,
  });
  const temporal = createTemporalPort(new Client({ connection, namespace, dataConverter: converter }), { eager: false });
  const closer = createRunCloser({ engine: temporal, runs: stores.runs, logger });
  shutdown.add('closer', () => closer.stop());
  if (config.adminPassword !== undefined) {
    const { adminEmail: email, adminPassword: password } = config;
    await makeFirstAdmin(stores, logger, { email, password });
  } else if ((await stores.accounts.count()) === 0) {
    logger.warn('there is no account: set REPRISE_ADMIN_EMAIL and REPRISE_ADMIN_PASSWORD once to make the first');
  }
  const { host, port, publicUrl, jwtSecret } = config;
  const bundle = await loadWorkflowBundle();
  await startApi({
    host,
    port,
    publicUrl,
    jwtSecret,
    version: repriseVersion(),
    stores,
    artifacts,
    temporal,
    closer,
    bundle,
    converter,
    searchable,
    logger,
    shutdown,
    followersPerRun: config.followersPerRun,
    proxyHops: config.proxyHops,
    closeGraceMs: CLOSE_GRACE_MS,
  });
  logger.info('api started', { host, port });
}
