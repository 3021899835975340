import { defineRoute } from '../route';
import type { Route } from '../route';
import { ExecutionParams } from './execution-schema';
import { ExplainReply, JournalQuery, JournalReply, LogsQuery, LogsReply, NodesReply } from './insight-schema';
import { presentEntry, presentLogLine, presentNode } from './present-insight';
import { withoutUndefined } from './without-undefined';

/** What happened in a run, and why: logs, live node states, journal, explanation. */
export const insightRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/v1/executions/{id}/logs',
    operationId: 'getExecutionLogs',
    summary: 'Get logs for a specific execution',
    tags: ['executions'],
    access: 'flows:read',
    params: ExecutionParams,
    query: LogsQuery,
    reply: { status: 200, description: 'Oldest first.', schema: LogsReply },
    handler: async ({ input: { params, query }, services, principal }) => {
      const { level, limit, offset } = query;
      const page = await services.runs.logs(principal, params.id, withoutUndefined({ level }), { limit, offset });
      return { body: { logs: page.items.map(presentLogLine), total: page.total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/executions/{id}/nodes',
    operationId: 'getExecutionNodes',
    summary: 'Get the live state of every node',
    tags: ['executions'],
    access: 'flows:read',
    params: ExecutionParams,
    reply: { status: 200, description: 'Node states by static path.', schema: NodesReply },
    handler: async ({ input: { params }, services, principal }) => {
      const { source, state, seq, nodes } = await services.runs.nodes(principal, params.id);
      return {
        body: {
          source,
          state,
          seq,
          nodes: Object.fromEntries(Object.entries(nodes).map(([path, node]) => [path, presentNode(node)])),
        },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/executions/{id}/journal',
    operationId: 'getExecutionJournal',
    summary: 'Get the journal of an execution',
    description: 'Entries are numbered 1, 2, 3… without a gap; go on with `after` = the last seq that you have.',
    tags: ['executions'],
    access: 'flows:read',
    params: ExecutionParams,
    query: JournalQuery,
    reply: { status: 200, description: 'Ascending by seq.', schema: JournalReply },
    handler: async ({ input: { params, query }, services, principal }) => {
      const { after, limit } = query;
      const { entries, lastSeq } = await services.runs.journal(principal, params.id, after, limit);
      return { body: { entries: entries.map(presentEntry), after, limit, last_seq: lastSeq } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/executions/{id}/explain',
    operationId: 'explainExecution',
    summary: 'Why is it waiting, why was this skipped, why this branch?',
    tags: ['executions'],
    access: 'flows:read',
    params: ExecutionParams,
    reply: { status: 200, description: 'One sentence a node.', schema: ExplainReply },
    handler: async ({ input: { params }, services, principal }) => {
      const { state, waitingFor, held, nodes } = await services.runs.explain(principal, params.id);
      return { body: { state, waiting_for: [...waitingFor], held, nodes: { ...nodes } } };
    },
  }),
];
