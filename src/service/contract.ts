/**
 * The use cases that all dialects share. A dialect (src/api/<dialect>) talks to these and to nothing below them.
 * Refusals are RepriseError with a stable code: not_found, invalid_request, validation_error, conflict, forbidden, unauthorized,
 * idempotency_conflict, flow_disabled, decision_pending, rate_limited, unavailable (details {retryAfterSeconds, runId?}), …
 */
import type {
  Failure,
  FlowForm,
  Issue,
  JournalEntry,
  Json,
  JsonObject,
  NodeState,
  NodeSummary,
  Principal,
  RequestOrigin,
  Role,
  RunState,
  Scope,
  Value,
} from '../flow';
import type { ApprovalLinkService, ApprovalService } from './approvals/contract';
import type { BulkService } from './bulk/contract';
import type { KvService } from './kv/contract';
import type { LiveService } from './live/contract';
import type { ScheduleService } from './schedules/contract';
import type { PlayService } from './plays/contract';
import type { ExplainAnswer } from '../workflows/contract';
import type {
  Account,
  ApiKey,
  Approval,
  AuditEntry,
  AuditFilter,
  Flow,
  FlowVersion,
  Page,
  PageRequest,
  Run,
  RunFilter,
  SecretInfo,
} from '../store/ports';

export type * from './approvals/contract';
export type * from './kv/contract';
export type * from './bulk/contract';
export type * from './live/contract';
export type * from './schedules/contract';
export type { BulkOperation, Schedule } from '../store/ports';
export type * from './plays/contract';

export interface FlowService {
  /** Validates, compiles, stores flow + version 1, published. `name` falls back to `metadata.name`. */
  create(
    principal: Principal,
    input: {
      readonly name?: string;
      readonly description?: string;
      readonly definition: string;
      readonly tags?: readonly string[];
      readonly category?: string;
    },
  ): Promise<SavedFlow>;
  get(principal: Principal, id: string): Promise<{ readonly flow: Flow; readonly version: FlowVersion }>;
  list(
    principal: Principal,
    filter: { readonly tag?: string; readonly category?: string; readonly enabled?: boolean },
    page: PageRequest,
  ): Promise<Page<Flow>>;
  /** A definition makes a new version and publishes it (dialects part A: FlowRunner PUT publishes). */
  update(
    principal: Principal,
    id: string,
    input: {
      readonly name?: string;
      readonly description?: string;
      readonly definition?: string;
      readonly tags?: readonly string[];
      readonly category?: string;
      readonly enabled?: boolean;
    },
  ): Promise<SavedFlow>;
  /**
   * Makes a new version out of the newest one and publishes it; edits at the same time all take effect, one after the other. Throws
   * `other_form` for a flow that is not of `form`, and what `change` throws.
   */
  edit(
    principal: Principal,
    id: string,
    form: FlowForm,
    change: (definition: string) => string,
    members?: { readonly name?: string; readonly description?: string; readonly category?: string; readonly enabled?: boolean },
  ): Promise<SavedFlow>;
  /** Hides the flow; live runs go on, runs stay readable. */
  remove(principal: Principal, id: string): Promise<void>;
  listVersions(principal: Principal, id: string, page: PageRequest): Promise<Page<FlowVersion>>;
  getVersion(principal: Principal, id: string, version: number): Promise<FlowVersion>;
  /** All issues at once; stores nothing. */
  validate(principal: Principal, definition: string): Promise<DefinitionReport>;
}

export type { Issue } from '../flow';
/** A flow as it is after a save, and what is legal in its definition but probably not meant, or missing for a start. */
export type SavedFlow = Flow & { readonly warnings: readonly Issue[] };
export interface DefinitionReport {
  readonly valid: boolean;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
  readonly name?: string;
  readonly nodes?: number;
}

export interface StartInput {
  readonly flowId: string;
  readonly input: JsonObject;
  readonly version?: number;
  readonly idempotencyKey?: string;
  /** S4: the run is DEFERRED until then. */
  readonly runAt?: Date;
  /**
   * What another body under the key means: `refuse` it (409), or answer the key's run and say that the arguments differ. With
   * `adopt` a run that ended FAIL or CANCELLED gives its key away to a new one.
   */
  readonly keyRule?: 'refuse' | 'adopt';
  /** Starts a disabled flow, too. */
  readonly force?: boolean;
}
export interface StartAnswer {
  readonly run: Run;
  readonly created: boolean;
  /** The key's run was started with other arguments (`adopt`). */
  readonly argsDiffer?: true;
}
export interface RunService {
  /** 201 use case: the run is accepted when Temporal has accepted it; `unavailable` names the undecided run id (S2). `waitMs`: answer when it ended, else at the deadline. */
  start(principal: Principal, input: StartInput, options?: { readonly waitMs?: number }): Promise<StartAnswer>;
  get(principal: Principal, id: string, options?: { readonly waitMs?: number }): Promise<Run>;
  list(principal: Principal, filter: RunFilter, page: PageRequest): Promise<Page<Run>>;
  /** Idempotent on a live run; 409 conflict on an ended one. */
  cancel(principal: Principal, id: string, reason?: string): Promise<void>;
  hold(principal: Principal, id: string, reason?: string): Promise<Run>;
  release(principal: Principal, id: string): Promise<Run>;
  /** `delivered` to a wait or `kept` for one that comes later (100 a run, then 409). */
  deliverEvent(
    principal: Principal,
    id: string,
    event: { readonly name: string; readonly key?: string; readonly data: Json; readonly id?: string },
  ): Promise<{ readonly outcome: 'delivered' | 'kept' | 'duplicate' }>;
  /** Live from the workflow query; from the head when no worker answers within 1 s, and it says so. */
  nodes(
    principal: Principal,
    id: string,
  ): Promise<{
    readonly source: 'live' | 'head';
    readonly state: RunState;
    readonly seq: number;
    readonly nodes: Readonly<Record<string, NodeSummary>>;
  }>;
  /** In the order of their beginning, as far as the journal is stored; then the places of the flow that nothing has reached (IDLE). */
  nodeRuns(principal: Principal, id: string): Promise<readonly NodeRunView[]>;
  journal(
    principal: Principal,
    id: string,
    after: number,
    limit: number,
  ): Promise<{ readonly entries: readonly JournalEntry[]; readonly lastSeq: number }>;
  logs(principal: Principal, id: string, filter: { readonly level?: string }, page: PageRequest): Promise<Page<LogLine>>;
  explain(principal: Principal, id: string): Promise<ExplainAnswer>;
}
/** One node run, as its reader wants it. */
export interface NodeRunView {
  /** `nrun_…`, known before it begins. */
  readonly id: string;
  /** `charge`, `each[3]/charge`, `poll#2`. */
  readonly path: string;
  readonly type: string;
  readonly name?: string;
  readonly state: NodeState;
  /** It may begin only later (`defer`). */
  readonly deferred: boolean;
  readonly attempt: number;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly output?: Value;
  readonly failure?: Failure;
}
export interface LogLine {
  readonly timestamp: Date;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly nodeId?: string;
  readonly nodeType?: string;
  readonly data?: Json;
}

export interface SignedIn {
  readonly token: string;
  readonly expiresAt: Date;
  readonly accountId: string;
  /** Single-use; present when the log-in asked for one. */
  readonly refreshToken?: string;
}
export interface AuthService {
  /** Same time and message for an unknown user and a wrong password. Throws `unauthorized`, `rate_limited`. */
  login(input: {
    readonly username: string;
    readonly password: string;
    readonly refresh?: boolean;
    /** Life of the access token instead of the usual one, ms; the session still bounds it. */
    readonly lifeMs?: number;
    readonly request: RequestOrigin;
  }): Promise<SignedIn>;
  /**
   * Another access token of the session of `bearer`; or, with a refresh token, that and its successor. A spent refresh token ends
   * its session. Throws `unauthorized`.
   */
  refresh(input: {
    readonly bearer?: string;
    readonly refreshToken?: string;
    readonly request: RequestOrigin;
  }): Promise<SignedIn>;
  /** Ends the session with all its tokens, at once. */
  logout(principal: Principal): Promise<void>;
  /** An access token or an API key → who asks with it. Throws `unauthorized`. */
  authenticate(bearer: string, request?: RequestOrigin): Promise<Principal>;
  /** The same caller as of now, for what lives longer than a request. Throws `unauthorized` when the credential has ended. */
  recheck(principal: Principal): Promise<Principal>;
}

/** Own account, or any of the workspace with the scope `accounts:admin` (else 403; 404 outside the workspace). */
export interface AccountService {
  list(principal: Principal, filter: { readonly role?: Role }, page: PageRequest): Promise<Page<Account>>;
  get(principal: Principal, id: string): Promise<Account>;
  /** Throws `conflict` for a taken e-mail, `validation_error` for a weak password. */
  create(
    principal: Principal,
    input: {
      readonly name: string;
      readonly email: string;
      readonly password: string;
      readonly role: Role;
      readonly groups?: readonly string[];
    },
  ): Promise<Account>;
  /** Role and groups are changed by admins. The last admin keeps the role: `conflict`. */
  update(
    principal: Principal,
    id: string,
    change: { readonly name?: string; readonly email?: string; readonly role?: Role; readonly groups?: readonly string[] },
  ): Promise<Account>;
  /** Ends all sessions of the account; API keys stay. One's own needs the current password. */
  changePassword(
    principal: Principal,
    id: string,
    input: { readonly password: string; readonly currentPassword?: string },
  ): Promise<void>;
  /** With its sessions, API keys and secrets; its flows and runs stay. The last admin stays: `conflict`. */
  remove(principal: Principal, id: string): Promise<void>;
}

export interface ApiKeyService {
  /** `key` is shown this once. Scopes are at most the creator's; a key that makes a key lends it its expiry and ends it with itself. */
  create(
    principal: Principal,
    input: { readonly name: string; readonly scopes: readonly Scope[]; readonly expiresAt?: Date },
  ): Promise<{ readonly apiKey: ApiKey; readonly key: string }>;
  /** Of the own account, or of another with `accounts:admin`. */
  list(principal: Principal, filter: { readonly accountId?: string }, page: PageRequest): Promise<Page<ApiKey>>;
  /** At once, with the keys that it made. */
  remove(principal: Principal, id: string): Promise<void>;
}

export interface AuditService {
  /** Newest first; `cursor` goes on where the last page ended. */
  list(
    principal: Principal,
    filter: AuditFilter,
    page: { readonly cursor?: string; readonly limit: number },
  ): Promise<{ readonly entries: readonly AuditEntry[]; readonly cursor?: string }>;
}

export interface SecretService {
  /** Keys, hosts and dates; no method answers a value. Own ones, with `accounts:admin` all of the workspace. */
  list(principal: Principal, accountId: string): Promise<readonly SecretInfo[]>;
  /** Throws conflict for a key that is taken. */
  create(
    principal: Principal,
    accountId: string,
    secret: { readonly key: string; readonly value: string; readonly allowedHosts?: readonly string[] },
  ): Promise<SecretInfo>;
  replace(
    principal: Principal,
    accountId: string,
    key: string,
    change: { readonly value?: string; readonly allowedHosts?: readonly string[] },
  ): Promise<SecretInfo>;
  remove(principal: Principal, accountId: string, key: string): Promise<void>;
  /** Flows whose version that a start takes needs it, newest first. */
  usage(principal: Principal, accountId: string, key: string, page: PageRequest): Promise<Page<Flow>>;
}

export interface Services {
  readonly flows: FlowService;
  readonly runs: RunService;
  readonly plays: PlayService;
  readonly kv: KvService;
  readonly live: LiveService;
  readonly schedules: ScheduleService;
  readonly bulk: BulkService;
  readonly auth: AuthService;
  readonly accounts: AccountService;
  readonly apiKeys: ApiKeyService;
  readonly secrets: SecretService;
  readonly approvals: ApprovalService;
  readonly approvalLinks: ApprovalLinkService;
  readonly audit: AuditService;
  /** Each dependency's name and whether it answers within 1 s. */
  readiness(): Promise<{ readonly ready: boolean; readonly checks: Readonly<Record<string, 'ok' | 'down'>> }>;
}
export type { Account, ApiKey, Approval, AuditEntry, Failure, Flow, FlowVersion, Page, PageRequest, Run, SecretInfo };
