import { Mongoose, type ConnectOptions, type Connection } from 'mongoose';
import type { EncryptionKey } from '../../config';
import { createEnvelope } from '../../crypto/envelope';
import { createKeyring } from '../../crypto/keyring';
import type { Logger } from '../../logger';
import type { Stores } from '../ports';
import { createSecretStore } from '../secrets/secret-store';
import { createSlotStore } from '../slots/slot-store';
import { createDatabase } from './database';
import { toStoreError } from './failures';
import { createFilteredHeads } from './filtered-heads';
import { withinDeadline } from './guard';
import { ensureIndexes } from './indexes';
import { createModels } from './models';
import { createMongoAccountStore } from './mongo-account-store';
import { createMongoApiKeyStore } from './mongo-api-key-store';
import { createMongoApprovalStore } from './mongo-approval-store';
import { createMongoAuditStore } from './mongo-audit-store';
import { createMongoBulkStore } from './mongo-bulk-store';
import { createMongoIdempotencyStore, createMongoLeaseStore } from './mongo-claims';
import { createMongoFlowStore } from './mongo-flow-store';
import { createMongoJournalStore } from './mongo-journal-store';
import { createMongoKvStore } from './mongo-kv-store';
import { createMongoLinkEnds } from './mongo-link-ends';
import { createMongoLoginAttempts } from './mongo-login-attempts';
import { createMongoRunStore } from './mongo-run-store';
import { createMongoSecretRows } from './mongo-secret-rows';
import { createMongoSessionStore } from './mongo-session-store';
import { createMongoScheduleStore } from './mongo-schedule-store';
import { createMongoSlotRows } from './mongo-slot-rows';
import { createMongoSideLogStore } from './mongo-side-log-store';
import { createMongoWorkspaceStore } from './mongo-workspace-store';
import { createIndexedHeads } from './stand-in/indexed-heads';
import { sweep } from './sweeper';

/** With what comes before and after it, an answer 503 is out within 5 s. */
const OPERATION_MS = 3_000;
const PING_MS = 1_000;

export interface MongoStores extends Stores {
  /** The server is the offline stand-in (M1): one process, one connection, lists scan. */
  readonly standIn: boolean;
  /** The index step of a start; safe to repeat. Not bounded in time: building takes as long as the data needs. */
  ensureIndexes(): Promise<void>;
}

export interface ConnectOptionsOfStores {
  readonly uri: string;
  readonly logger: Logger;
  /** Key-encryption keys of secrets; the first one wraps. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /**
   * Overrides detection. False suits a test or a tool that looks at a stand-in from beside the process that owns it: it
   * remembers nothing and asks the server each time.
   */
  readonly standIn?: boolean;
  /** Epoch ms; decides what has expired. */
  readonly now?: () => number;
}

/** Throws `unavailable` when no server answers. Afterwards the connection recovers by itself from any outage. */
export const connectStores = async (options: ConnectOptionsOfStores): Promise<MongoStores> => {
  const now = options.now ?? Date.now;
  const envelope = createEnvelope(createKeyring(options.encryptionKeys));
  const { connection, standIn } = await connectFittingly(options);
  const models = createModels(connection);
  const database = createDatabase(models, standIn, OPERATION_MS);
  const heads = standIn ? await createIndexedHeads(database) : createFilteredHeads(database);
  const runs = createMongoRunStore(database, heads);
  options.logger.info('database connected', { database: connection.name, standIn });
  return {
    standIn,
    ensureIndexes: () => ensureIndexes(models),
    workspaces: createMongoWorkspaceStore(database),
    accounts: createMongoAccountStore(database),
    sessions: createMongoSessionStore(database),
    apiKeys: createMongoApiKeyStore(database),
    loginAttempts: createMongoLoginAttempts(database),
    audit: createMongoAuditStore(database),
    flows: createMongoFlowStore(database),
    runs,
    journal: createMongoJournalStore(database),
    sideLog: createMongoSideLogStore(database),
    idempotency: createMongoIdempotencyStore(database),
    leases: createMongoLeaseStore(database),
    linkEnds: createMongoLinkEnds(database),
    schedules: createMongoScheduleStore(database),
    bulk: createMongoBulkStore(database),
    slots: createSlotStore(createMongoSlotRows(database), runs, now),
    kv: createMongoKvStore(database, now),
    secrets: createSecretStore(createMongoSecretRows(database), envelope),
    approvals: createMongoApprovalStore(database),
    ping: () => withinDeadline(PING_MS, async () => void (await connection.db?.admin().ping())),
    sweepExpired: (at) => sweep(database, at),
    close: () => connection.close(true),
  };
};

/** A hung server is noticed by the monitor (heartbeat + its time-out), which then also ends operations in flight. */
const COMMON: ConnectOptions = {
  serverSelectionTimeoutMS: 2_000,
  connectTimeoutMS: 2_000,
  heartbeatFrequencyMS: 2_000,
  waitQueueTimeoutMS: OPERATION_MS,
  serverMonitoringMode: 'poll',
  appName: 'reprise',
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
};
const STAND_IN: ConnectOptions = { ...COMMON, maxPoolSize: 1, retryWrites: false, retryReads: false };

/** Asks the server what it is over a connection that suits both kinds; a real MongoDB then gets one with a pool. */
const connectFittingly = async ({
  uri,
  standIn,
}: ConnectOptionsOfStores): Promise<{ readonly connection: Connection; readonly standIn: boolean }> => {
  const careful = await open(uri, STAND_IN);
  const isFerret = await withinDeadline(OPERATION_MS, () => isStandIn(careful));
  if (isFerret) return { connection: careful, standIn: standIn ?? true };
  const connection = await open(uri, { ...COMMON, maxPoolSize: 50 });
  await careful.close();
  return { connection, standIn: standIn ?? false };
};

const open = async (uri: string, connectOptions: ConnectOptions): Promise<Connection> => {
  // An instance of its own: its settings are ours alone, and a process can hold several.
  const mongoose = new Mongoose();
  mongoose.set('sanitizeFilter', true);
  mongoose.set('strictQuery', 'throw');
  mongoose.set('maxTimeMS', OPERATION_MS);
  const connection = mongoose.createConnection(uri, connectOptions);
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    throw toStoreError(error);
  }
};

const isStandIn = async (connection: Connection): Promise<boolean> => {
  const facts = (await connection.db?.admin().command({ buildInfo: 1 })) ?? {};
  return Object.keys(facts).some((name) => name.startsWith('ferretdb'));
};
