import { Schema, type Connection, type Model, type SchemaDefinition } from 'mongoose';
import type * as rows from './rows';

const OPTIONS = {
  versionKey: false,
  id: false,
  minimize: false,
  strict: 'throw',
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
} as const;

const TEXT = { type: String };
const NUMBER = { type: Number };
const DATE = { type: Date };
const FLAG = { type: Boolean };

const DEFINITIONS = {
  accounts: {
    _id: TEXT,
    workspace: TEXT,
    name: TEXT,
    email: TEXT,
    role: TEXT,
    passwordHash: TEXT,
    tokenVersion: NUMBER,
    createdAt: DATE,
    updatedAt: DATE,
  },
  account_emails: { _id: TEXT, accountId: TEXT, claimedAt: DATE },
  flows: {
    _id: TEXT,
    workspace: TEXT,
    name: TEXT,
    description: TEXT,
    tags: [String],
    enabled: FLAG,
    latestVersion: NUMBER,
    publishedVersion: NUMBER,
    versionLabel: TEXT,
    createdBy: TEXT,
    createdAt: DATE,
    updatedAt: DATE,
    deleted: FLAG,
    deletedAt: DATE,
  },
  flow_versions: {
    _id: TEXT,
    flowId: TEXT,
    workspace: TEXT,
    version: NUMBER,
    label: TEXT,
    form: TEXT,
    definition: TEXT,
    plan: TEXT,
    inputSchema: TEXT,
    savedBy: TEXT,
    createdAt: DATE,
  },
  runs: {
    _id: TEXT,
    workspace: TEXT,
    flowId: TEXT,
    flowName: TEXT,
    version: NUMBER,
    state: TEXT,
    input: TEXT,
    trigger: TEXT,
    keyed: FLAG,
    createdAt: DATE,
    startedAt: DATE,
    endedAt: DATE,
    output: TEXT,
    error: TEXT,
    counts: TEXT,
    waitingFor: [String],
    seq: NUMBER,
    epoch: TEXT,
    dirty: FLAG,
    stalled: TEXT,
    live: FLAG,
    nodes: Schema.Types.Mixed,
  },
  run_events: {
    _id: TEXT,
    runId: TEXT,
    workspace: TEXT,
    epoch: TEXT,
    firstSeq: NUMBER,
    lastSeq: NUMBER,
    entries: TEXT,
  },
  side_log: {
    _id: TEXT,
    runId: TEXT,
    workspace: TEXT,
    nodeRunId: TEXT,
    path: TEXT,
    attempt: NUMBER,
    n: NUMBER,
    lines: TEXT,
  },
  idempotency: {
    _id: TEXT,
    workspace: TEXT,
    flowId: TEXT,
    key: TEXT,
    generation: NUMBER,
    bodyHash: TEXT,
    runId: TEXT,
  },
  leases: { _id: TEXT, holder: TEXT, claimedAt: DATE },
  kv: {
    _id: TEXT,
    workspace: TEXT,
    key: TEXT,
    value: TEXT,
    expiresAt: NUMBER,
    purgeAt: NUMBER,
    deleted: FLAG,
    lastOperation: TEXT,
    lastResult: TEXT,
  },
  kv_operations: { _id: TEXT, result: TEXT, purgeAt: NUMBER },
} satisfies Record<string, SchemaDefinition>;

const modelOf = <Row extends { _id: string }>(connection: Connection, collection: keyof typeof DEFINITIONS): Model<Row> =>
  connection.model<Row>(collection, new Schema<Row>(DEFINITIONS[collection], OPTIONS) as Schema, collection);

export const createModels = (connection: Connection) => ({
  accounts: modelOf<rows.AccountRow>(connection, 'accounts'),
  emails: modelOf<rows.EmailRow>(connection, 'account_emails'),
  flows: modelOf<rows.FlowRow>(connection, 'flows'),
  flowVersions: modelOf<rows.FlowVersionRow>(connection, 'flow_versions'),
  runs: modelOf<rows.RunRow>(connection, 'runs'),
  buckets: modelOf<rows.BucketRow>(connection, 'run_events'),
  sideLog: modelOf<rows.SideLogRow>(connection, 'side_log'),
  idempotency: modelOf<rows.IdempotencyRow>(connection, 'idempotency'),
  leases: modelOf<rows.LeaseRow>(connection, 'leases'),
  kv: modelOf<rows.KvRow>(connection, 'kv'),
  kvOperations: modelOf<rows.KvOperationRow>(connection, 'kv_operations'),
});
export type Models = ReturnType<typeof createModels>;
