/** What `reprise api` and `reprise worker` share: configuration, stores, and an end within what orchestrators allow. */
import { assertProduction, parseConfig, type ProductionConfig } from '../../config';
import { createLogger, type Logger } from '../../logger';
import type { ArtifactStore } from '../../store/ports';
import type { MongoStores } from '../../store/mongo';
import { listenForStop } from '../stop-signals';
import { openStores } from '../wiring/open-stores';
import { createShutdown, type Shutdown } from '../wiring/shutdown';

/** Below the 30 s that Kubernetes gives. */
const STOP_DEADLINE_MS = 25_000;

export interface ProductionParts {
  readonly config: ProductionConfig;
  readonly logger: Logger;
  readonly stores: MongoStores;
  readonly artifacts: ArtifactStore;
  readonly shutdown: Shutdown;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
}

/** Runs one half until the process is told to stop. Throws ConfigError when anything needed is missing. */
export async function runHalf(start: (parts: ProductionParts) => Promise<void>): Promise<void> {
  const config = parseConfig();
  assertProduction(config);
  const logger = createLogger({ level: config.logLevel });
  const shutdown = createShutdown(logger);
  const stopping = new AbortController();
  const signals = listenForStop(() => process.exit(130));
  const stopped = signals.asked.then((name) => {
    logger.info('stopping', { signal: name });
    setTimeout(() => {
      logger.error('the stop took too long; ending now', { deadlineMs: STOP_DEADLINE_MS });
      process.exit(1);
    }, STOP_DEADLINE_MS).unref();
    stopping.abort(new Error('told to stop'));
  });
  try {
    const { signal } = stopping;
    const { stores, artifacts } = await openStores({
      mongodbUri: config.mongodbUri,
      dataDir: config.dataDir,
      logger,
      encryptionKeys: config.encryptionKeys,
      allowStandIn: false,
      signal,
    });
    shutdown.add('stores', () => stores.close());
    await start({ config, logger, stores, artifacts, shutdown, signal });
    await stopped;
  } catch (error) {
    // Being told to stop while waiting for a server is no fault.
    if (!stopping.signal.aborted) throw error;
  } finally {
    await shutdown.close();
    signals.release();
  }
}
