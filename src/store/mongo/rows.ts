import type { ApprovalState, FlowForm, Role, RunState, Scope } from '../../flow';
import type { BulkOperation, Schedule, Approval } from '../ports';

/**
 * Documents as MongoDB keeps them. Members of type `Text` are JSON text: values of flows come back exactly (order of members,
 * `__proto__`, dots and dollars in names, any depth, lone surrogates), which BSON and the stand-in do not promise.
 */
export type Text = string;

export interface WorkspaceRow {
  _id: string;
  name: string;
  createdAt: Date;
}
export interface AccountRow {
  _id: string;
  workspace: string;
  name: string;
  email: string;
  role: Role;
  groups: string[];
  passwordHash: string;
  tokenVersion: number;
  createdAt: Date;
  updatedAt: Date;
}
/** `_id` is the e-mail in lower case. */
export interface EmailRow {
  _id: string;
  accountId: string;
  claimedAt: Date;
}
export interface SessionRow {
  _id: string;
  workspace: string;
  accountId: string;
  tokenVersion: number;
  createdAt: Date;
  expiresAt: Date;
}
/** `_id` is `<session>:<number of the refresh token>`. */
export interface RefreshUseRow {
  _id: string;
  at: Date;
  expiresAt: Date;
}
export interface ApiKeyRow {
  _id: string;
  workspace: string;
  accountId: string;
  name: string;
  hash: string;
  scopes: Scope[];
  parentId?: string;
  createdAt: Date;
  expiresAt?: Date;
  lastUsedAt?: Date;
}
export interface ApprovalRow extends Omit<Approval, 'id' | 'form' | 'decisions' | 'approvers' | 'state' | 'rev' | 'closedAt'> {
  _id: string;
  form?: Text;
  approvers: string[];
  state: ApprovalState;
  rev: number;
  decisions: Text;
  closedAt?: Date;
}
/** `_id` is `<hash of who tried>:<number of the attempt>`. */
export interface LoginAttemptRow {
  _id: string;
  at: Date;
}
export interface AuditRow {
  _id: string;
  workspace: string;
  at: Date;
  accountId: string;
  actor: Text;
  action: string;
  targetType: string;
  targetId: string;
  request?: Text;
  details?: Text;
}
export interface FlowRow {
  _id: string;
  workspace: string;
  name: string;
  description: string;
  tags: string[];
  category?: string;
  enabled: boolean;
  form: FlowForm;
  latestVersion: number;
  publishedVersion?: number;
  versionLabel: string;
  secretRefs?: string[];
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
  deleted: boolean;
  deletedAt?: Date;
}
export interface FlowVersionRow {
  _id: string;
  flowId: string;
  workspace: string;
  version: number;
  label: string;
  form: FlowForm;
  definition: string;
  plan: Text;
  inputSchema?: Text;
  savedBy: string;
  createdAt: Date;
}
export interface RunRow {
  _id: string;
  workspace: string;
  flowId: string;
  flowName: string;
  version: number;
  state: RunState;
  input: Text;
  trigger: Text;
  /** The account that asked for it; empty for schedules and sub-flows. */
  startedBy: string;
  runAt?: Date;
  keyed: boolean;
  createdAt: Date;
  startedAt?: Date;
  endedAt?: Date;
  output?: Text;
  error?: Text;
  counts?: Text;
  waitingFor: string[];
  seq: number;
  /** Empty until the first flush, so that comparing it needs no test for absence. */
  epoch: string;
  dirty: boolean;
  stalled?: string;
  /** False from the close on. */
  live: boolean;
  /** Encoded static path → NodeSummary. */
  nodes: Record<string, Text>;
}
export interface BucketRow {
  _id: string;
  runId: string;
  workspace: string;
  epoch: string;
  firstSeq: number;
  lastSeq: number;
  entries: Text;
}
export interface SideLogRow {
  _id: string;
  runId: string;
  workspace: string;
  nodeRunId: string;
  path: string;
  attempt: number;
  n: number;
  lines: Text;
}
export interface IdempotencyRow {
  _id: string;
  workspace: string;
  flowId: string;
  key: string;
  generation: number;
  bodyHash: string;
  runId: string;
}
export interface ScheduleRow extends Omit<Schedule, 'id' | 'when' | 'input'> {
  _id: string;
  when: Text;
  input: Text;
}
export interface BulkRow extends Pick<BulkOperation, 'workspace' | 'handled' | 'state' | 'createdAt' | 'endedAt'> {
  _id: string;
  asked: Text;
  failures: Text;
}
/** `_id` as src/store/slots says. */
export interface SlotRow {
  _id: string;
  runId: string;
  since: Date;
}
export interface LinkEndRow {
  /** `<workspace>:<link>:<end>`. */
  _id: string;
  expiresAt: Date;
}
export interface LeaseRow {
  _id: string;
  holder: string;
  claimedAt: Date;
}
export interface KvRow {
  _id: string;
  workspace: string;
  key: string;
  value: Text;
  /** Epoch ms; very far for an entry that stays. */
  expiresAt: number;
  /** When the sweeper may take the document; later than `expiresAt`, because it remembers the last operation. */
  purgeAt: number;
  deleted: boolean;
  lastOperation: string;
  lastResult: Text;
}
/** `_id` is `<workspace>:<account>:<key>`. */
export interface SecretRow {
  _id: string;
  workspace: string;
  account: string;
  key: string;
  kek: string;
  wrapped: string;
  version: number;
  sealed: string;
  allowedHosts: string[];
  createdAt: Date;
  updatedAt: Date;
}
export interface KvOperationRow {
  _id: string;
  result: Text;
  purgeAt: number;
}
