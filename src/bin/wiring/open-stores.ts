/** Opens what keeps data: MongoDB through the ports, artifacts as files. */
import { join } from 'node:path';
import type { EncryptionKey } from '../../config';
import { RepriseError } from '../../flow';
import type { Logger } from '../../logger';
import { createFileArtifactStore } from '../../store/files';
import { connectStores, type MongoStores } from '../../store/mongo';
import type { ArtifactStore } from '../../store/ports';
import { untilAvailable } from './until-available';

export interface OpenStoresOptions {
  readonly mongodbUri: string;
  readonly dataDir: string;
  readonly logger: Logger;
  readonly encryptionKeys: readonly EncryptionKey[];
  /** M1: only the one process of the embedded mode may use the stand-in. */
  readonly allowStandIn: boolean;
  readonly signal: AbortSignal;
}

/** Connects, refuses a stand-in where it is not allowed, and makes the indexes. Waits for a server that is not there yet. */
export async function openStores(
  options: OpenStoresOptions,
): Promise<{ readonly stores: MongoStores; readonly artifacts: ArtifactStore }> {
  const { mongodbUri, logger, signal, encryptionKeys } = options;
  const stores = await untilAvailable('MongoDB', () => connectStores({ uri: mongodbUri, logger, encryptionKeys }), {
    logger,
    signal,
  });
  try {
    if (stores.standIn && !options.allowStandIn) {
      throw new RepriseError(
        'stand_in_refused',
        'MONGODB_URI leads to the MongoDB stand-in, which is exact for one process only: use a real MongoDB, or `reprise dev` alone.',
      );
    }
    await stores.ensureIndexes();
    return { stores, artifacts: await createFileArtifactStore({ root: join(options.dataDir, 'artifacts') }) };
  } catch (error) {
    await stores.close();
    throw error;
  }
}
