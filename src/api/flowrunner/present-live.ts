import { siteOf, type JournalEntry, type NodeState, type RunState } from '../../flow';
import type { FollowItem, FollowPlace, Run } from '../../service/contract';
import type { Message } from './live-schema';
import { asValue } from './present-execution';
import { presentLogLine } from './present-insight';
import { toStatus } from './states';
import { withoutUndefined } from './without-undefined';

/** What a follower is given, as one of the documented messages. Members beside the documented ones are ours. */
export const presentItem = (executionId: string, item: FollowItem): Message => {
  if (item.kind === 'reset') return { type: 'reset', execution_id: executionId };
  const place = (at: Date | number): Place => ({
    execution_id: executionId,
    timestamp: new Date(at).toISOString(),
    state: item.state,
    seq: item.seq,
    cursor: item.cursor,
  });
  switch (item.kind) {
    case 'line':
      return { type: 'log', ...place(item.line.timestamp), ...presentLogLine(item.line) };
    case 'end':
      return presentEnd(item.run, place(item.run.endedAt ?? item.run.createdAt));
    case 'entry':
      return presentEntry(item.entry, item, place(item.entry.at));
  }
};

interface Place {
  readonly execution_id: string;
  readonly timestamp: string;
  readonly state: RunState;
  readonly seq: number;
  readonly cursor: string;
}

const nodeRunOf = (entry: JournalEntry) => ({
  event: entry.type,
  ...withoutUndefined({
    node_id: entry.node,
    node_type: entry.nodeType,
    node_path: entry.path,
    node_run_id: entry.nodeRunId,
    attempt: entry.attempt,
    action: entry.action,
  }),
});

const presentEntry = (entry: JournalEntry, { state }: FollowPlace, place: Place): Message => {
  const isNode = entry.type.startsWith('node.');
  // A journal types the states of nodes and of runs alike; those of node.* entries are a node's.
  const nodeState = isNode && entry.state !== undefined ? { node_state: entry.state as NodeState } : {};
  if (entry.type === 'node.ended' && entry.state === 'DONE')
    return {
      type: 'node_completed',
      ...place,
      ...nodeRunOf(entry),
      ...nodeState,
      ...(entry.output !== undefined && asValue('result', 'result_ref', entry.output)),
    };
  return {
    type: 'execution_update',
    ...place,
    status: toStatus(state),
    ...nodeRunOf(entry),
    ...nodeState,
    message: entry.message,
    ...(entry.failure !== undefined && { error: entry.failure.message }),
    ...(entry.waitingFor !== undefined && { waiting_for: [...entry.waitingFor] }),
  };
};

/** Dialects part A: a cancelled run ends its socket with execution_failed, status cancelled. */
const presentEnd = (run: Run, place: Place): Message => {
  const status = toStatus(run.state);
  if (status === 'completed')
    return {
      type: 'execution_completed',
      ...place,
      status,
      ...(run.output !== undefined && asValue('result', 'result_ref', run.output)),
    };
  const node = run.error === undefined ? '' : siteOf(run.error.nodePath);
  return {
    type: 'execution_failed',
    ...place,
    status,
    error: run.error?.message ?? `The execution was ${status}`,
    ...(node !== '' && { node_id: node, ...withoutUndefined({ node_type: run.nodes[node]?.type }) }),
  };
};
