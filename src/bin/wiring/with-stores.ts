/** For commands that do one thing to the store and end. */
import { ConfigError, parseConfig, type Config } from '../../config';
import { createLogger, type Logger } from '../../logger';
import type { MongoStores } from '../../store/mongo';
import { claimDataFolder, openDataFolder } from '../dev/data-folder';
import { startEmbeddedEngines } from '../dev/embedded-engines';
import { keepSecrets } from '../dev/secrets';
import { openStores, type OpenStoresOptions } from './open-stores';
import { createShutdown, type Shutdown } from './shutdown';

export interface StoreWork {
  readonly stores: MongoStores;
  readonly logger: Logger;
}

/**
 * Opens the store that MONGODB_URI names, or without it the one of the embedded mode, which nobody else may be using then; closes
 * it afterwards. Waits for a server that is not there yet.
 */
export async function withStores<T>(work: (parts: StoreWork) => Promise<T>): Promise<T> {
  const config = parseConfig();
  // What is printed is the answer of the command; of the log only what went wrong belongs beside it.
  const logger = createLogger({ level: config.logLevel === 'silent' ? 'silent' : 'warn' });
  const shutdown = createShutdown(logger);
  try {
    const place = config.mongodbUri === undefined ? await startOwn(config, shutdown) : given(config, config.mongodbUri);
    const { signal } = new AbortController();
    const { stores } = await openStores({ ...place, dataDir: config.dataDir, logger, signal });
    shutdown.add('stores', () => stores.close());
    return await work({ stores, logger });
  } finally {
    await shutdown.close();
  }
}

type Place = Pick<OpenStoresOptions, 'mongodbUri' | 'encryptionKeys' | 'allowStandIn'>;

function given({ encryptionKeys }: Config, mongodbUri: string): Place {
  if (encryptionKeys === undefined)
    throw new ConfigError(['REPRISE_ENCRYPTION_KEYS is missing: set it as for `reprise api`, which uses the same store.']);
  return { mongodbUri, encryptionKeys, allowStandIn: false };
}

async function startOwn(config: Config, shutdown: Shutdown): Promise<Place> {
  const folder = await openDataFolder(config.dataDir);
  shutdown.add('data folder', await claimDataFolder(folder));
  const { encryptionKeys } = await keepSecrets(folder.secrets, config);
  const report = (line: string): void => void process.stderr.write(`… ${line}\n`);
  // An address that is given is an engine that is not started, and this one is not asked for anything.
  const storeOnly = { ...config, temporalAddress: config.temporalAddress ?? 'unused:1' };
  const engines = await startEmbeddedEngines({ config: storeOnly, folder, report, signal: new AbortController().signal });
  shutdown.add('engines', engines.stop);
  return { mongodbUri: engines.mongodbUri, encryptionKeys, allowStandIn: true };
}
