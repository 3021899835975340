/** The ports of who may do what, and who did: workspaces, accounts, sessions, API keys, log-in attempts, the audit trail. */
import type { Credential, Json, RequestOrigin, Role, Scope } from '../flow';
import type { ListPosition, Page, PageRequest } from './page';

// ---- workspaces ----
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}
export interface WorkspaceStore {
  insert(workspace: Workspace): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly Workspace[]>;
}

// ---- accounts ----
export interface Account {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly groups: readonly string[];
  readonly passwordHash: string;
  /** Bumped with the password: older sessions end. */
  readonly tokenVersion: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export type AccountChange = Partial<Omit<Account, 'id' | 'workspace' | 'createdAt'>>;
export interface AccountStore {
  /** False when the id or the e-mail (unique over all workspaces, case-insensitive) is taken. */
  insert(account: Account): Promise<boolean>;
  get(id: string): Promise<Account | undefined>;
  /** Takes about as long for an e-mail that nobody has. */
  findByEmail(email: string): Promise<Account | undefined>;
  /** Newest first by (createdAt, id). */
  list(workspace: string, filter: { readonly role?: Role }, page: PageRequest): Promise<Page<Account>>;
  /** Nothing is changed when the new e-mail is taken. */
  update(workspace: string, id: string, change: AccountChange): Promise<Account | 'email_taken' | undefined>;
  /** True when this call deleted it; its e-mail is free again. */
  delete(workspace: string, id: string): Promise<boolean>;
  count(): Promise<number>;
  countAdmins(workspace: string): Promise<number>;
}

// ---- sessions ----
/** A log-in. It lives until it is deleted, it expires, or the account's `tokenVersion` moves on. */
export interface Session {
  readonly id: string;
  readonly workspace: string;
  readonly accountId: string;
  readonly tokenVersion: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
export interface SessionStore {
  insert(session: Session): Promise<void>;
  get(id: string): Promise<Session | undefined>;
  delete(id: string): Promise<void>;
  deleteAllOf(accountId: string): Promise<void>;
  /** Claims (M2) the use of a session's refresh token `number`: whether this call was the first. */
  spend(session: Session, number: number, at: Date): Promise<boolean>;
}

// ---- API keys ----
export interface ApiKey {
  readonly id: string;
  readonly workspace: string;
  readonly accountId: string;
  readonly name: string;
  /** SHA-256 of the whole key, hex; the key itself is kept nowhere. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  /** The key that made this one; it ends with it. */
  readonly parentId?: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
  /** To about a minute. */
  readonly lastUsedAt?: Date;
}
export interface ApiKeyStore {
  insert(key: ApiKey): Promise<void>;
  get(id: string): Promise<ApiKey | undefined>;
  /** Newest first by (createdAt, id). */
  list(workspace: string, accountId: string, page: PageRequest): Promise<Page<ApiKey>>;
  touch(id: string, at: Date): Promise<void>;
  /** True when this call deleted it. */
  delete(workspace: string, id: string): Promise<boolean>;
  deleteAllOf(accountId: string): Promise<number>;
}

// ---- log-in attempts ----
/** Attempts of one key (a hash), numbered 1, 2, 3… Inserting a number is a claim (M2), so counting is exact over processes. */
export interface LoginAttemptStore {
  latest(key: string): Promise<{ readonly number: number; readonly at: Date } | undefined>;
  timeOf(key: string, number: number): Promise<Date | undefined>;
  /** False when the number is taken. */
  insert(key: string, number: number, at: Date): Promise<boolean>;
  clear(key: string): Promise<void>;
}

// ---- audit ----
export interface AuditEntry {
  /** `audit_<ulid>`. */
  readonly id: string;
  readonly workspace: string;
  readonly at: Date;
  readonly actor: AuditActor;
  /** `<kind of thing>.<what was done>`, e.g. `flow.update`. */
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly request?: RequestOrigin;
  /** Names, counts and ids; never a secret value. */
  readonly details?: Json;
}
export interface AuditActor {
  readonly accountId: string;
  readonly email?: string;
  /** Absent for what a command did. */
  readonly credential?: Pick<Credential, 'kind' | 'id'>;
}
export interface AuditFilter {
  readonly accountId?: string;
  readonly action?: string;
  readonly targetId?: string;
  /** Inclusive. */
  readonly since?: Date;
  /** Exclusive. */
  readonly until?: Date;
}
export interface AuditStore {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first by (at, id), after `position`. */
  list(workspace: string, filter: AuditFilter, position: ListPosition | undefined, limit: number): Promise<readonly AuditEntry[]>;
}
