import type { Epoch, JournalEntry, NodeSummary } from './journal';
import type { NodeState, RunState, TerminalRunState } from './words';

/** The states that a projection may show: only a close event from Temporal makes a head terminal (P2). */
export type LiveRunState = Exclude<RunState, TerminalRunState>;

/** What one flush changes in a run head: scalar members, and whole node summaries by static path. */
export interface HeadChange {
  readonly state?: LiveRunState;
  readonly startedAt?: Date;
  readonly waitingFor?: readonly string[];
  readonly seq?: number;
  readonly epoch?: Epoch;
  readonly nodes?: Readonly<Record<string, NodeSummary>>;
  readonly dirty?: boolean;
  /** null clears. */
  readonly stalled?: string | null;
}

const LIVE_STATES: readonly string[] = ['NEW', 'DEFERRED', 'RUN', 'WAIT', 'ON_HOLD'] satisfies LiveRunState[];
const isLive = (state: string | undefined): state is LiveRunState => state !== undefined && LIVE_STATES.includes(state);

const NODE_TYPES: readonly string[] = ['node.started', 'node.retry', 'node.waiting', 'node.ended'];

/**
 * What journal entries (ascending by seq) change in the head of their run. Each entry tells all of its node's summary, so
 * nothing earlier is needed: applying the entries at once, in pieces, or again gives the same head.
 * Never a terminal run state (P2). `dirty`, `epoch` and `stalled` are the caller's.
 */
export const projectEntries = (entries: readonly JournalEntry[]): HeadChange => {
  let change: HeadChange = {};
  const nodes: [string, NodeSummary][] = [];
  for (const entry of entries) {
    change = { ...change, seq: entry.seq, ...runMembers(entry) };
    const summary = summaryOf(entry);
    if (summary !== undefined && entry.node !== undefined) nodes.push([entry.node, summary]);
  }
  // fromEntries, not assignment: `__proto__` is a legal node id.
  return nodes.length === 0 ? change : { ...change, nodes: Object.fromEntries(nodes) };
};

/** `later` on top of `earlier`: one write instead of two. */
export const mergeHeadChanges = (earlier: HeadChange, later: HeadChange): HeadChange => ({
  ...earlier,
  ...later,
  ...(earlier.nodes === undefined && later.nodes === undefined
    ? {}
    : { nodes: Object.fromEntries([...Object.entries(earlier.nodes ?? {}), ...Object.entries(later.nodes ?? {})]) }),
});

const runMembers = (entry: JournalEntry): HeadChange => {
  if (entry.type === 'run.started') return { state: 'RUN', startedAt: new Date(entry.at) };
  if (entry.type !== 'run.state' || !isLive(entry.state)) return {};
  return { state: entry.state, waitingFor: entry.waitingFor ?? [] };
};

const summaryOf = (entry: JournalEntry): NodeSummary | undefined => {
  if (!NODE_TYPES.includes(entry.type) || entry.path === undefined || entry.nodeRunId === undefined) return undefined;
  const { failure } = entry;
  return {
    state: nodeStateOf(entry),
    type: entry.nodeType ?? '',
    ...(entry.nodeName === undefined ? {} : { name: entry.nodeName }),
    path: entry.path,
    nodeRunId: entry.nodeRunId,
    runs: entry.runs ?? 1,
    attempt: entry.attempt ?? 1,
    maxAttempts: entry.maxAttempts ?? 1,
    ...(entry.startedAt === undefined ? {} : { startedAt: entry.startedAt }),
    ...(entry.type === 'node.ended' ? { endedAt: entry.at } : {}),
    ...(entry.action === undefined ? {} : { action: entry.action }),
    ...(failure === undefined ? {} : { error: { code: failure.code, message: failure.message } }),
  };
};

const nodeStateOf = (entry: JournalEntry): NodeState => {
  const { state } = entry;
  if (state === undefined || state === 'NEW' || state === 'DEFERRED' || state === 'ON_HOLD') return 'RUN';
  return state;
};
