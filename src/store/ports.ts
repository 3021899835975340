/**
 * The store ports, in domain words. Every method that touches tenant data takes the workspace (or is keyed by an id that
 * a workspace-checked call gave). Each adapter passes `test/contract/*.suite.ts`. No transactions: one document is the unit
 * of atomicity, claims are inserts by id (M2), hot paths address a document by `_id` alone.
 */
import type {
  ArtifactRef,
  Credential,
  Epoch,
  Failure,
  FlowForm,
  HeadChange,
  JournalEntry,
  Json,
  NodeSummary,
  Plan,
  RunCounts,
  RunState,
  TerminalRunState,
  Value,
} from '../flow';
import type {
  AccountStore,
  ApiKeyStore,
  AuditEntry,
  AuditFilter,
  AuditStore,
  LoginAttemptStore,
  SessionStore,
  WorkspaceStore,
} from './access-ports';
import type { ApprovalStore, LinkEndStore } from './approval-ports';
import type { ListPosition, Page, PageRequest } from './page';
import type { BulkStore } from './bulk-ports';
import type { ScheduleStore } from './schedule-ports';
import type { SlotStore } from './slot-ports';

export type { ListPosition, Page, PageRequest } from './page';
export type * from './access-ports';
export type * from './approval-ports';
export type * from './bulk-ports';
export type * from './schedule-ports';
export type * from './slot-ports';

// ---- flows ----
export interface Flow {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** One free word that lists can ask for. */
  readonly category?: string;
  readonly enabled: boolean;
  /** Of the published (else latest) definition. */
  readonly form: FlowForm;
  /** Newest version number, and the one that a start takes unless it names another. */
  readonly latestVersion: number;
  readonly publishedVersion?: number;
  /** `metadata.version` of the published (else latest) definition, as the author wrote it. */
  readonly versionLabel: string;
  /** Secrets that the published (else latest) version cannot do without, each as `<account>:<key>`. */
  readonly secretRefs?: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt?: Date;
}
export interface FlowVersion {
  readonly flowId: string;
  readonly workspace: string;
  readonly version: number;
  readonly label: string;
  readonly form: FlowForm;
  /** The text as sent; reads back byte for byte. */
  readonly definition: string;
  readonly plan: Plan;
  /** JSON Schema of the run input, when the definition has one. */
  readonly inputSchema?: Json;
  /** The account that saved it: its secrets are the run's. */
  readonly savedBy: string;
  readonly createdAt: Date;
}
export interface FlowFilter {
  readonly tag?: string;
  readonly category?: string;
  readonly enabled?: boolean;
  /** One of `secretRefs`. */
  readonly secretRef?: string;
}
export interface FlowStore {
  insert(flow: Flow): Promise<void>;
  /** Deleted flows are not found unless `withDeleted`. */
  get(workspace: string, id: string, options?: { readonly withDeleted?: boolean }): Promise<Flow | undefined>;
  /** Newest first by (createdAt, id). */
  list(workspace: string, filter: FlowFilter, page: PageRequest): Promise<Page<Flow>>;
  findByName(workspace: string, name: string): Promise<Flow | undefined>;
  update(
    workspace: string,
    id: string,
    change: Partial<Omit<Flow, 'id' | 'workspace' | 'createdAt' | 'createdBy'>>,
  ): Promise<Flow | undefined>;
  /** False when that number is taken (a concurrent save): the caller takes the next. Insert by `_id` `<flowId>:<version>`. */
  insertVersion(version: FlowVersion): Promise<boolean>;
  getVersion(workspace: string, flowId: string, version: number): Promise<FlowVersion | undefined>;
  listVersions(workspace: string, flowId: string, page: PageRequest): Promise<Page<FlowVersion>>;
}

// ---- runs ----
export interface RunTrigger {
  readonly type: 'api' | 'manual' | 'schedule' | 'webhook' | 'flow';
  /** The account that started it. */
  readonly by?: string;
  /** With `by`: how it was asked for. With the run's own members this is the audit entry of the start. */
  readonly asked?: Pick<AuditEntry, 'request'> & { readonly credential: Pick<Credential, 'kind' | 'id'>; readonly email: string };
  /** `schedule`: which one. */
  readonly scheduleId?: string;
  readonly parentRunId?: string;
  readonly parentPath?: string;
}
/** The run head: what a run looks like from outside. */
export interface Run {
  readonly id: string;
  readonly workspace: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly version: number;
  readonly state: RunState;
  readonly input: Value;
  readonly trigger: RunTrigger;
  /** When it was asked to begin (S4). */
  readonly runAt?: Date;
  /** Set when the start carried an Idempotency-Key. */
  readonly keyed: boolean;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly output?: Value;
  readonly error?: Failure;
  readonly counts?: RunCounts;
  readonly waitingFor: readonly string[];
  /** Last journal seq that the head has seen, and the epoch that wrote it. */
  readonly seq: number;
  readonly epoch?: Epoch;
  /** The projection may lack events; the reconciler rebuilds it from history. */
  readonly dirty: boolean;
  /** P11: the interpreter reports problems; the cause as text. */
  readonly stalled?: string;
  readonly nodes: Readonly<Record<string, NodeSummary>>;
}
export type { HeadChange } from '../flow';
/** The close of a run, read from Temporal. Idempotent: the first close wins, later ones change nothing. */
export interface RunClosure {
  readonly state: TerminalRunState;
  readonly endedAt: Date;
  readonly startedAt?: Date;
  readonly output?: Value;
  readonly error?: Failure;
  readonly counts?: RunCounts;
  readonly seq?: number;
}
export interface RunFilter {
  readonly flowId?: string;
  readonly states?: readonly RunState[];
  /** Created at or after. */
  readonly since?: Date;
  /** Created before. */
  readonly until?: Date;
}
/** Which starts by accounts an audit list shows. */
export type StartFilter = Pick<AuditFilter, 'accountId' | 'since' | 'until'>;
export interface RunStore {
  /** False when the id exists. */
  insert(run: Run): Promise<boolean>;
  get(workspace: string, id: string): Promise<Run | undefined>;
  /** For engine parts that hold only the id (projection, reconciler). */
  getById(id: string): Promise<Run | undefined>;
  /** Newest first by (createdAt, id), heads without `nodes`. */
  list(workspace: string, filter: RunFilter, page: PageRequest): Promise<Page<Run>>;
  /** Runs that an account started, newest first by (createdAt, id) after `position`, without `nodes`. */
  listStarts(workspace: string, filter: StartFilter, position: ListPosition | undefined, limit: number): Promise<readonly Run[]>;
  /**
   * Applies to live heads only, and not when the head has seen a newer epoch (P1). Creates nothing. A closed head takes
   * `dirty` (its journal may still lack events) and, with `repair`, the `nodes` that were rebuilt from its whole history.
   */
  applyHead(id: string, change: HeadChange, options?: { readonly repair?: boolean }): Promise<void>;
  /**
   * True when this call closed it; false when it was closed before. `last` is what the run told last: applied in the same
   * write, as applyHead would have just before it.
   */
  close(id: string, closure: RunClosure, last?: HeadChange): Promise<boolean>;
  /** NEW rows older than `before`; dirty heads; live heads: the reconciler's work lists (ids in createdAt order). */
  listNew(before: Date, limit: number): Promise<readonly Run[]>;
  listDirty(limit: number): Promise<readonly Run[]>;
  listLive(afterId: string | undefined, limit: number): Promise<readonly Run[]>;
}

// ---- journal ----
export interface JournalBucket {
  readonly runId: string;
  readonly workspace: string;
  readonly epoch: Epoch;
  readonly firstSeq: number;
  readonly entries: readonly JournalEntry[];
}
export interface JournalStore {
  /**
   * Insert-only, `_id` = `<runId>:<epoch>:<firstSeq>` (P6); repeating one is harmless, so a bucket must have the same entries
   * whenever it is written again. A bucket above 2 MiB is split. One without entries cuts what older epochs wrote from its
   * `firstSeq` on.
   */
  append(buckets: readonly JournalBucket[]): Promise<void>;
  /** Merged by seq, newest epoch wins; where its content differs the older tail is cut (P1). Ascending, seq > after. */
  read(runId: string, after: number, limit: number): Promise<readonly JournalEntry[]>;
  /** All buckets of a run, for the reconciler's comparison. */
  readBuckets(runId: string): Promise<readonly JournalBucket[]>;
  /** What was stored behind `tail`, by one read; a bucket of an older epoch that was stored late is not among it. */
  readNewer(runId: string, tail: JournalTail | undefined): Promise<readonly JournalBucket[]>;
}
/** The newest epoch that a reader has seen, and the buckets of it. */
export interface JournalTail {
  readonly epoch: Epoch;
  readonly firstSeqs: readonly number[];
}

// ---- side log: what an activity says while it runs ----
export interface SideLogLine {
  readonly at: Date;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly data?: Json;
}
export interface SideLogChunk {
  readonly runId: string;
  readonly workspace: string;
  readonly nodeRunId: string;
  readonly path: string;
  readonly attempt: number;
  /** 0,1,2,… of this attempt; `_id` = `<runId>:<nodeRunId>:<attempt>:<n>`. */
  readonly n: number;
  readonly lines: readonly SideLogLine[];
}
export interface SideLogStore {
  append(chunk: SideLogChunk): Promise<void>;
  list(runId: string): Promise<readonly SideLogChunk[]>;
  /** What these node runs said behind (attempt, n), all of it where they are absent; by one read, in order. */
  readBehind(runId: string, marks: readonly SideLogMark[]): Promise<readonly SideLogChunk[]>;
}
export interface SideLogMark {
  readonly nodeRunId: string;
  readonly attempt?: number;
  readonly n?: number;
}

// ---- idempotency, leases: claims by insert (M2) ----
export interface IdempotencyClaim {
  readonly workspace: string;
  readonly flowId: string;
  readonly key: string;
  readonly generation: number;
  readonly bodyHash: string;
  readonly runId: string;
}
export interface IdempotencyStore {
  /** Inserts `_id = hash(workspace, flow, key, generation)`; the claim that holds the id, and whether this call made it. */
  claim(claim: IdempotencyClaim): Promise<{ readonly claimed: boolean; readonly held: IdempotencyClaim }>;
}
export interface LeaseStore {
  /** Inserts term `<name>:<term>`; true when this holder has the term. Old terms are swept. */
  acquire(name: string, term: number, holder: string): Promise<boolean>;
}

// ---- key-value ----
export interface KvStore {
  get(workspace: string, key: string): Promise<{ readonly found: boolean; readonly value: Json }>;
  /**
   * Writes carry an operation id: the same id is applied once and answers the first result (X1). `ttlMs` = expiry.
   * `increment` answers the new number, `append` the new list.
   */
  set(
    workspace: string,
    key: string,
    value: Json,
    options: { readonly operationId: string; readonly ttlMs?: number },
  ): Promise<void>;
  delete(workspace: string, key: string, options: { readonly operationId: string }): Promise<boolean>;
  increment(workspace: string, key: string, amount: number, options: { readonly operationId: string }): Promise<number>;
  append(workspace: string, key: string, value: Json, options: { readonly operationId: string }): Promise<Json[]>;
  list(workspace: string, prefix: string, limit: number): Promise<readonly { readonly key: string; readonly value: Json }[]>;
}

// ---- secrets ----
export interface SecretOwner {
  readonly workspace: string;
  /** Account id. */
  readonly account: string;
}
/** All that anybody but the activity that uses it may know of a secret. */
export interface SecretInfo {
  readonly key: string;
  /** `host`, `host:port` or `*.host` that requests with it may go to; none = any. */
  readonly allowedHosts: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export interface OpenSecret extends Pick<SecretInfo, 'key' | 'allowedHosts'> {
  readonly value: string;
}
/** Sealed at rest by an envelope per secret (design §5). Only `open` answers values. */
export interface SecretStore {
  /** False when the owner has a secret of that key. */
  create(
    owner: SecretOwner,
    secret: { readonly key: string; readonly value: string; readonly allowedHosts: readonly string[] },
    at: Date,
  ): Promise<boolean>;
  /** Members that are not given stay. Undefined when there is none. */
  replace(
    owner: SecretOwner,
    key: string,
    change: { readonly value?: string; readonly allowedHosts?: readonly string[] },
    at: Date,
  ): Promise<SecretInfo | undefined>;
  /** By key, ascending. */
  list(owner: SecretOwner): Promise<readonly SecretInfo[]>;
  /** Those of `keys` that exist. Throws `decryption_failed`, `key_missing`. */
  open(owner: SecretOwner, keys: readonly string[]): Promise<readonly OpenSecret[]>;
  /** Those of `keys` that do not exist. */
  missing(owner: SecretOwner, keys: readonly string[]): Promise<readonly string[]>;
  delete(owner: SecretOwner, key: string): Promise<boolean>;
  /** For the end of an account. Answers how many. */
  deleteAllOf(workspace: string, account: string): Promise<number>;
  /** Brings what older keys wrapped, in all workspaces, under the current key; no value is read or changed by it. */
  rewrap(): Promise<{ readonly tried: number; readonly rewrapped: number }>;
}

// ---- artifacts ----
export interface ArtifactStore {
  /** Atomic write (temp file, fsync, rename); `key` is built from ids only, `<workspace>/<run>/…`. Same key and bytes: same ref. */
  put(key: string, bytes: Uint8Array | AsyncIterable<Uint8Array>, type: string): Promise<ArtifactRef>;
  get(ref: ArtifactRef): Promise<Uint8Array>;
  open(ref: ArtifactRef): Promise<AsyncIterable<Uint8Array>>;
  delete(ref: ArtifactRef): Promise<void>;
}

export interface Stores {
  readonly workspaces: WorkspaceStore;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly apiKeys: ApiKeyStore;
  readonly loginAttempts: LoginAttemptStore;
  readonly audit: AuditStore;
  readonly flows: FlowStore;
  readonly runs: RunStore;
  readonly journal: JournalStore;
  readonly sideLog: SideLogStore;
  readonly idempotency: IdempotencyStore;
  readonly leases: LeaseStore;
  readonly slots: SlotStore;
  readonly bulk: BulkStore;
  readonly schedules: ScheduleStore;
  readonly kv: KvStore;
  readonly secrets: SecretStore;
  readonly approvals: ApprovalStore;
  readonly linkEnds: LinkEndStore;
  /** Answers within ~1 s or throws `unavailable`. */
  ping(): Promise<void>;
  /** Removes what has expired by `now`: sessions, log-in attempts, key-value entries, old operation records, old lease terms. Answers how many. */
  sweepExpired(now: Date): Promise<number>;
  close(): Promise<void>;
}
