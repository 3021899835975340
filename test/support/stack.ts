/**
 * The real parts in this process, as the commands wire them: API over HTTP, worker, real Temporal, real store. Each stack
 * has a Temporal namespace and a database of its own, so test files see nothing of each other.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { toConverter } from '../../src/bin/wiring/converter';
import { createAnnouncements } from '../../src/bin/wiring/announcements';
import { makeFirstAdmin } from '../../src/bin/wiring/first-admin';
import { openStores } from '../../src/bin/wiring/open-stores';
import { createShutdown } from '../../src/bin/wiring/shutdown';
import { startApi } from '../../src/bin/wiring/start-api';
import { startWorker } from '../../src/bin/wiring/start-worker';
import { findFreePort } from '../../src/engines';
import { createLogger, type Logger } from '../../src/logger';
import { createRunCloser } from '../../src/projection';
import { connectLazily, createTemporalPort, registerSearchAttributes } from '../../src/service/temporal';
import type { MongoStores } from '../../src/store/mongo';
import type { ArtifactStore } from '../../src/store/ports';
import { installRuntime } from '../../src/worker/runtime';
import { logIn, type Client } from './client';
import { TEST_KEYS } from './encryption-keys';
import { workflowBundle } from './workflow-bundle';

const CREDENTIALS = { username: 'admin@example.com', password: 'a stack of tests, not of hay' };
export const JWT_SECRET = 'a secret of the tests that is long enough to be one';
/** Set REPRISE_TEST_LOG=debug to see what the parts say. */
const quiet = createLogger({ level: (process.env['REPRISE_TEST_LOG'] ?? 'silent') as 'silent' | 'debug' });

let runtimeInstalled = false;

export interface StackOptions {
  readonly temporalAddress: string;
  readonly mongodbUri: string;
  /** What flows may reach although private. */
  readonly egressAllow?: readonly string[];
  /** `dev` is one process with eager start; `halves` are API and worker as if each were a process of its own. */
  readonly shape?: 'dev' | 'halves';
  /** False as REPRISE_PAYLOAD_ENCRYPTION=off does: histories are plain, as recorded ones must be. */
  readonly encryptsPayloads?: boolean;
  /** To nowhere unless REPRISE_TEST_LOG says otherwise. */
  readonly logger?: Logger;
  readonly followersPerRun?: number;
  /** Of an earlier stack on the same Temporal server: goes on with its runs. */
  readonly namespace?: string;
}

export interface Stack {
  readonly url: string;
  readonly client: Client;
  /** Of the admin that `client` speaks as. */
  readonly credentials: { readonly username: string; readonly password: string };
  readonly namespace: string;
  /** Of Temporal, past everything of ours. */
  readonly temporal: TemporalClient;
  readonly stores: MongoStores;
  readonly artifacts: ArtifactStore;
  /** Where the artifacts lie. */
  readonly dataDir: string;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  stop(): Promise<void>;
}

/** A namespace of its own, usable at once, with our search attributes. */
async function makeNamespace(connection: Connection): Promise<string> {
  const namespace = `t-${randomUUID().slice(0, 13)}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 24 * 3_600 } as never,
  });
  for (let tries = 1; ; tries += 1) {
    try {
      await registerSearchAttributes(connection, namespace, quiet);
      return namespace;
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

export async function startStack(options: StackOptions): Promise<Stack> {
  if (!runtimeInstalled) installRuntime(options.logger ?? quiet);
  runtimeInstalled = true;
  const { temporalAddress, mongodbUri, egressAllow = [], shape = 'dev', encryptsPayloads = true, logger = quiet } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'reprise-stack-'));
  const shutdown = createShutdown(logger);
  const signal = new AbortController().signal;
  const opened = await openStores({
    mongodbUri,
    dataDir,
    logger,
    encryptionKeys: TEST_KEYS,
    allowStandIn: true,
    signal,
  });
  const { artifacts } = opened;
  const announcements = shape === 'dev' ? createAnnouncements() : undefined;
  const stores = announcements?.through(opened.stores) ?? opened.stores;
  shutdown.add('stores', () => stores.close());

  const converter = toConverter(TEST_KEYS, encryptsPayloads);
  const connection = await Connection.connect({ address: temporalAddress });
  shutdown.add('test connection', () => connection.close());
  const namespace = options.namespace ?? (await makeNamespace(connection));
  const native = await NativeConnection.connect({ address: temporalAddress });
  shutdown.add('worker connection', () => native.close());
  const own = shape === 'dev' ? native : connectLazily(temporalAddress);
  if (own !== native) shutdown.add('API connection', () => own.close());
  const temporal = createTemporalPort(new TemporalClient({ connection: own, namespace, dataConverter: converter }), {
    eager: shape === 'dev',
  });
  const soleProcess = shape === 'dev';
  const closer = createRunCloser({ engine: temporal, runs: stores.runs, logger });
  shutdown.add('closer', () => closer.stop());
  const bundle = await workflowBundle();

  let work = createShutdown(logger);
  const startWork = async (): Promise<void> => {
    work = createShutdown(logger);
    const parts = {
      connection: native,
      namespace,
      bundle,
      converter,
      stores,
      artifacts,
      closer,
      soleProcess,
      egressAllow,
      logger,
    };
    await startWorker({ ...parts, shutdown: work });
  };
  await startWork();
  shutdown.add('worker', () => work.close());

  await makeFirstAdmin(stores, logger, { email: CREDENTIALS.username, password: CREDENTIALS.password });
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  await startApi({
    host: '127.0.0.1',
    port,
    publicUrl: url,
    version: '0.0.0-test',
    jwtSecret: JWT_SECRET,
    stores,
    artifacts,
    temporal,
    closer,
    soleProcess,
    bundle,
    converter,
    searchable: true,
    logger,
    shutdown,
    closeGraceMs: 200,
    followersPerRun: options.followersPerRun ?? 5,
    ...(announcements !== undefined && { announcements }),
  });
  return {
    url,
    client: await logIn(url, CREDENTIALS),
    credentials: CREDENTIALS,
    namespace,
    temporal: new TemporalClient({ connection, namespace, dataConverter: converter }),
    stores,
    artifacts,
    dataDir,
    startWorker: startWork,
    stopWorker: () => work.close(),
    stop: async () => {
      await shutdown.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
