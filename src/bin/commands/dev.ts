/** `reprise dev`: engines, API and worker for one person on one machine. */
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { parseConfig, type Config } from '../../config';
import { createLogger, type Logger } from '../../logger';
import { createRunCloser } from '../../projection';
import { createTemporalPort, registerSearchAttributes } from '../../service/temporal';
import { installRuntime } from '../../worker/runtime';
import { printBanner } from '../dev/banner';
import { claimDataFolder, openDataFolder, type DataFolder } from '../dev/data-folder';
import { startEmbeddedEngines, type EmbeddedEngines } from '../dev/embedded-engines';
import { prepareFirstUse } from '../dev/first-use';
import { assertPortIsFree } from '../dev/port-check';
import { keepSecrets } from '../dev/secrets';
import { startUiDecoder } from '../dev/ui-decoder';
import { repriseVersion } from '../help';
import { listenForStop } from '../stop-signals';
import { toConverter } from '../wiring/converter';
import { createAnnouncements } from '../wiring/announcements';
import { openStores } from '../wiring/open-stores';
import { createShutdown, type Shutdown } from '../wiring/shutdown';
import { startApi } from '../wiring/start-api';
import { startWorker } from '../wiring/start-worker';
import { loadWorkflowBundle } from '../wiring/workflow-bundle';

/** A person waits for it; nobody else talks to this process. */
const CLOSE_GRACE_MS = 1_000;

const report = (line: string): void => {
  process.stderr.write(`… ${line}\n`);
};

/** Runs until it is told to stop, then stops everything it started. */
export async function run(): Promise<void> {
  const config = parseConfig();
  await assertPortIsFree(config);
  const folder = await openDataFolder(config.dataDir);
  const logger = createLogger({ level: config.logLevel });
  const shutdown = createShutdown(logger);
  shutdown.add('data folder', await claimDataFolder(folder));
  let engines: EmbeddedEngines | undefined;
  const stopping = new AbortController();
  const signals = listenForStop(() => {
    process.stderr.write('Stopping at once.\n');
    engines?.kill();
    process.exit(130);
  });
  const stopped = signals.asked.then((signal) => {
    process.stderr.write(`\nStopping (${signal}); once more stops at once.\n`);
    stopping.abort(new Error('told to stop'));
  });
  try {
    engines = await startEmbeddedEngines({ config, folder, report, signal: stopping.signal });
    shutdown.add('engines', engines.stop);
    await startEverything({ config, folder, engines, logger, shutdown, signal: stopping.signal });
    await stopped;
  } catch (error) {
    // Being told to stop in the middle of a start is no fault.
    if (!stopping.signal.aborted) throw error;
  } finally {
    await shutdown.close();
    signals.release();
  }
}

interface Everything {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly engines: EmbeddedEngines;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  readonly signal: AbortSignal;
}

async function startEverything({ config, folder, engines, logger, shutdown, signal }: Everything): Promise<void> {
  installRuntime(logger);
  const namespace = config.temporalNamespace;
  const secrets = await keepSecrets(folder.secrets, config);
  const converter = toConverter(secrets.encryptionKeys, config.encryptsPayloads);
  await startUiDecoder({ engines, keys: secrets.encryptionKeys, encrypts: config.encryptsPayloads, logger, shutdown });
  const opened = await openStores({
    mongodbUri: engines.mongodbUri,
    dataDir: config.dataDir,
    logger,
    encryptionKeys: secrets.encryptionKeys,
    allowStandIn: true,
    signal,
  });
  const announcements = createAnnouncements();
  const stores = announcements.through(opened.stores);
  const { artifacts } = opened;
  shutdown.add('stores', () => stores.close());
  const { rewrapped } = await stores.secrets.rewrap();
  if (rewrapped > 0) report(`${rewrapped} secrets brought under the first encryption key`);
  // One connection for client and worker: only then does the first workflow task come back with the start (eager start).
  const connection = await NativeConnection.connect({ address: engines.temporalAddress });
  shutdown.add('Temporal connection', () => connection.close());
  const temporal = createTemporalPort(new Client({ connection, namespace, dataConverter: converter }), { eager: true });
  const searchable = await registerSearchAttributes(connection, namespace, logger);
  const closer = createRunCloser({ engine: temporal, runs: stores.runs, logger });
  shutdown.add('closer', () => closer.stop());
  const bundle = await loadWorkflowBundle();
  signal.throwIfAborted();
  const egressAllow = [...config.egressAllow, ...engines.egressAllow];
  await startWorker({
    connection,
    namespace,
    bundle,
    converter,
    stores,
    artifacts,
    closer,
    soleProcess: true,
    egressAllow,
    outgoing: config,
    logger,
    shutdown,
  });
  const services = await startApi({
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl,
    version: repriseVersion(),
    jwtSecret: secrets.jwtSecret,
    stores,
    artifacts,
    temporal,
    closer,
    soleProcess: true,
    bundle,
    converter,
    searchable,
    logger,
    shutdown,
    followersPerRun: config.followersPerRun,
    proxyHops: config.proxyHops,
    announcements,
    closeGraceMs: CLOSE_GRACE_MS,
  });
  const first = await prepareFirstUse({ stores, services, secrets, logger, email: config.adminEmail });
  printBanner({ config, engines, secrets, first });
}
