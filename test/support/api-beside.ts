/**
 * An API on store connections of its own beside a stack: it learns nothing of what the stack's process writes but by reading it,
 * as `reprise api` beside `reprise worker`. On the stand-in only one process may change documents (M1), so it closes no heads.
 */
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { createApp, createLiveSockets, startHttpServer } from '../../src/api';
import { toConverter } from '../../src/bin/wiring/converter';
import { findFreePort } from '../../src/engines';
import { createRunCloser } from '../../src/projection';
import { createServices } from '../../src/service';
import { createTemporalPort } from '../../src/service/temporal';
import type { LiveOptions } from '../../src/service/live/options';
import { connectStores } from '../../src/store/mongo';
import { TEST_KEYS } from './encryption-keys';
import { createRecordingLogger } from './recording-logger';
import { JWT_SECRET, type Stack } from './stack';

export async function startApiBeside(
  stack: Stack,
  { temporalAddress, mongodbUri }: { readonly temporalAddress: string; readonly mongodbUri: string },
  options: Partial<LiveOptions> = {},
) {
  const { logger } = createRecordingLogger();
  const stores = await connectStores({ uri: mongodbUri, logger, encryptionKeys: TEST_KEYS, standIn: false });
  const connection = await Connection.connect({ address: temporalAddress });
  const dataConverter = toConverter(TEST_KEYS, true);
  const client = new TemporalClient({ connection, namespace: stack.namespace, dataConverter });
  const temporal = createTemporalPort(client, { eager: false });
  const closer = createRunCloser({ engine: temporal, runs: { close: async () => false }, logger });
  const services = createServices({
    stores,
    artifacts: stack.artifacts,
    temporal,
    closer,
    jwtSecret: JWT_SECRET,
    logger,
    clock: Date.now,
    searchable: true,
    live: { options },
  });
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const app = createApp({ services, logger, config: { publicUrl: url, version: '0.0.0-test' } });
  const server = await startHttpServer(app, { host: '127.0.0.1', port });
  const sockets = createLiveSockets({ services, logger, publicUrl: url });
  sockets.attach(server.server);
  return {
    url,
    stop: async () => {
      services.live.stop();
      await Promise.all([server.close(200), sockets.close()]);
      closer.stop();
      await connection.close();
      await stores.close();
    },
  };
}
