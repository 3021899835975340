import type { JournalEntry, NodeSummary } from '../../flow';
import type { LogLine } from '../../service/contract';
import { asValue, presentFailure } from './present-execution';
import { withoutUndefined } from './without-undefined';

const toTime = (epochMs: number | undefined): string | undefined =>
  epochMs === undefined ? undefined : new Date(epochMs).toISOString();

export const presentLogLine = (line: LogLine) => ({
  timestamp: line.timestamp.toISOString(),
  level: line.level,
  message: line.message,
  ...withoutUndefined({ node_id: line.nodeId, node_type: line.nodeType, data: line.data }),
});

export const presentNode = (node: NodeSummary) => ({
  state: node.state,
  node_type: node.type,
  path: node.path,
  node_run_id: node.nodeRunId,
  runs: node.runs,
  attempt: node.attempt,
  max_attempts: node.maxAttempts,
  ...withoutUndefined({
    name: node.name,
    started_at: toTime(node.startedAt),
    completed_at: toTime(node.endedAt),
    action: node.action,
  }),
  ...(node.error !== undefined && { error: { code: node.error.code, message: node.error.message } }),
});

export const presentEntry = (entry: JournalEntry) => ({
  seq: entry.seq,
  timestamp: new Date(entry.at).toISOString(),
  type: entry.type,
  level: entry.level,
  message: entry.message,
  ...withoutUndefined({
    path: entry.path,
    node_id: entry.node,
    node_type: entry.nodeType,
    node_name: entry.nodeName,
    node_run_id: entry.nodeRunId,
    attempt: entry.attempt,
    max_attempts: entry.maxAttempts,
    state: entry.state,
    action: entry.action,
    input: entry.input,
    data: entry.data,
  }),
  ...(entry.output !== undefined && asValue('output', 'output_ref', entry.output)),
  ...(entry.failure !== undefined && { failure: presentFailure(entry.failure) }),
  ...(entry.waitingFor !== undefined && { waiting_for: [...entry.waitingFor] }),
});
