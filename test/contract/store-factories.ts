import { inline, toEpoch, type JournalEntry, type NodeSummary, type Plan } from '../../src/flow';
import type {
  Account,
  ApiKey,
  Approval,
  AuditEntry,
  Flow,
  FlowVersion,
  JournalBucket,
  Run,
  Session,
  SideLogChunk,
} from '../../src/store/ports';

/** A moment of the tests' own time line; minutes after it. */
export const at = (minutes: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minutes));

let count = 0;
/** Unique in this process, ascending as text: what is made later sorts later. */
export const newId = (prefix: string): string => {
  count += 1;
  return `${prefix}_${String(count).padStart(8, '0')}`;
};

export const anApproval = (members: Partial<Approval> = {}): Approval => {
  const runId = members.runId ?? newId('run');
  return {
    id: `${runId}:ask`,
    workspace: 'ws_1',
    runId,
    flowId: 'flow_1',
    flowName: 'Order',
    version: 1,
    path: 'ask',
    attempt: 1,
    nodeRunId: 'nrun_1',
    title: 'May it?',
    approvers: ['role:admin'],
    required: 1,
    allowSelf: false,
    state: 'open',
    rev: 0,
    decisions: [],
    createdAt: at(0),
    ...members,
  };
};

export const anAccount = (members: Partial<Account> = {}): Account => {
  const id = newId('acct');
  return {
    id,
    workspace: 'ws_1',
    name: 'Ada',
    email: `${id}@example.com`,
    role: 'admin',
    groups: ['ops', 'x.y'],
    passwordHash: '$argon2id$…',
    tokenVersion: 1,
    createdAt: at(0),
    updatedAt: at(0),
    ...members,
  };
};

export const aSession = (members: Partial<Session> = {}): Session => ({
  id: newId('sess'),
  workspace: 'ws_1',
  accountId: 'acct_1',
  tokenVersion: 1,
  createdAt: at(0),
  expiresAt: at(60),
  ...members,
});

export const anApiKey = (members: Partial<ApiKey> = {}): ApiKey => ({
  id: newId('key'),
  workspace: 'ws_1',
  accountId: 'acct_1',
  name: 'CI',
  hash: 'ab12',
  scopes: ['flows:read', 'flows:execute'],
  createdAt: at(0),
  ...members,
});

export const anAuditEntry = (members: Partial<AuditEntry> = {}): AuditEntry => ({
  id: newId('audit'),
  workspace: 'ws_1',
  at: at(0),
  actor: { accountId: 'acct_1', email: 'ada@example.com', credential: { kind: 'session', id: 'sess_1' } },
  action: 'flow.update',
  target: { type: 'flow', id: 'flow_1' },
  request: { id: 'req_1', address: '192.0.2.1' },
  details: { members: ['a.b', '$c'] },
  ...members,
});

export const aFlow = (members: Partial<Flow> = {}): Flow => ({
  id: newId('flow'),
  workspace: 'ws_1',
  name: 'Order',
  description: '',
  tags: [],
  enabled: true,
  form: 'native',
  latestVersion: 1,
  publishedVersion: 1,
  versionLabel: '1.0.0',
  createdBy: 'acct_1',
  createdAt: at(0),
  updatedAt: at(0),
  ...members,
});

const aPlan: Plan = {
  engine: 1,
  flow: { name: 'Order', version: '1.0.0' },
  root: { nodes: {}, start: [] },
  timeoutMs: 1000,
  vars: { 'a.b': { $set: 1, ['__proto__']: 'x' }, deep: [[[[null]]]] },
};

export const aVersion = (members: Partial<FlowVersion> = {}): FlowVersion => ({
  flowId: newId('flow'),
  workspace: 'ws_1',
  version: 1,
  label: '1.0.0',
  form: 'native',
  definition: 'nodes:\n  a: {}\n\t\u0000 é',
  plan: aPlan,
  savedBy: 'acct_1',
  createdAt: at(0),
  ...members,
});

export const aRun = (members: Partial<Run> = {}): Run => ({
  id: newId('run'),
  workspace: 'ws_1',
  flowId: 'flow_1',
  flowName: 'Order',
  version: 1,
  state: 'NEW',
  input: inline({ orderId: 7, 'a.b': { $gt: '' } }),
  trigger: { type: 'api', by: 'acct_1' },
  keyed: false,
  createdAt: at(0),
  waitingFor: [],
  seq: 0,
  dirty: false,
  nodes: {},
  ...members,
});

export const aSummary = (members: Partial<NodeSummary> = {}): NodeSummary => ({
  state: 'RUN',
  type: 'log',
  path: 'a',
  nodeRunId: 'nrun_1',
  runs: 1,
  attempt: 1,
  maxAttempts: 1,
  ...members,
});

export const epoch = (n: number): string => toEpoch(1_700_000_000_000, n, '0a1b2c3d-0000');

export const anEntry = (seq: number, message = `entry ${seq}`): JournalEntry => ({
  seq,
  at: 1000 + seq,
  type: 'log',
  level: 'info',
  message,
});

export const aBucket = (runId: string, epochNumber: number, entries: readonly JournalEntry[]): JournalBucket => ({
  runId,
  workspace: 'ws_1',
  epoch: epoch(epochNumber),
  firstSeq: entries[0]?.seq ?? 0,
  entries,
});

export const aChunk = (members: Partial<SideLogChunk> = {}): SideLogChunk => ({
  runId: 'run_1',
  workspace: 'ws_1',
  nodeRunId: 'nrun_1',
  path: 'a',
  attempt: 1,
  n: 0,
  lines: [{ at: at(0), level: 'info', message: 'hello', data: { 'a.b': 1 } }],
  ...members,
});
