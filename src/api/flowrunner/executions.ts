import type { JsonObject } from '../../flow';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { Message, toWaitOption } from './common-schema';
import {
  ExecutionListQuery,
  ExecutionListReply,
  ExecutionParams,
  ExecutionReply,
  RunHeaders,
  RunRequest,
  StartedReply,
  WaitQuery,
} from './execution-schema';
import { FlowParams } from './flow-schema';
import { presentExecution, presentStarted, presentSummary } from './present-execution';
import { toStates } from './states';
import { withoutUndefined } from './without-undefined';

export const executionRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/v1/flows/{id}/run',
    operationId: 'runFlow',
    summary: 'Execute a flow',
    description: 'A 503 leaves the start undecided and names the run: ask for it, or send the same Idempotency-Key again.',
    tags: ['executions'],
    access: 'flows:execute',
    params: FlowParams,
    query: WaitQuery,
    headers: RunHeaders,
    body: RunRequest,
    reply: { status: 201, description: 'The run is accepted; Location is its address.', schema: StartedReply },
    refuses: {
      409: 'The flow is disabled, its `concurrency` limit is reached, or the key was used with another body.',
      422: 'The input does not fit the input schema of the flow.',
    },
    handler: async ({ input: { params, query, headers, body }, services, principal }) => {
      const start = {
        flowId: params.id,
        // JSON by origin: it was parsed from the body.
        input: (body.input ?? {}) as JsonObject,
        ...withoutUndefined({ version: body.version, idempotencyKey: headers['idempotency-key'], runAt: body.runAt }),
      };
      const { run, created } = await services.runs.start(principal, start, toWaitOption(query.wait));
      const location = `/api/v1/executions/${encodeURIComponent(run.id)}`;
      return { body: presentStarted(run), headers: { location, ...(!created && { 'idempotent-replayed': 'true' }) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/executions',
    operationId: 'listExecutions',
    summary: 'Get a list of executions',
    tags: ['executions'],
    access: 'flows:read',
    query: ExecutionListQuery,
    reply: { status: 200, description: 'Newest first.', schema: ExecutionListReply },
    handler: async ({ input: { query }, services, principal }) => {
      const { flow_id: flowId, status, limit, offset } = query;
      const states = status === undefined ? undefined : toStates(status === 'canceled' ? 'cancelled' : status);
      const page = await services.runs.list(principal, withoutUndefined({ flowId, states }), { limit, offset });
      return { body: { executions: page.items.map(presentSummary), total: page.total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/executions/{id}',
    operationId: 'getExecution',
    summary: 'Get details of a specific execution',
    tags: ['executions'],
    access: 'flows:read',
    params: ExecutionParams,
    query: WaitQuery,
    reply: { status: 200, description: 'The execution, in whatever state it is.', schema: ExecutionReply },
    handler: async ({ input: { params, query }, services, principal }) => ({
      body: presentExecution(await services.runs.get(principal, params.id, toWaitOption(query.wait))),
    }),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/executions/{id}',
    operationId: 'cancelExecution',
    summary: 'Cancel a running execution',
    description: 'Stops running attempts, then runs `finally` and compensation; the execution ends `cancelled`.',
    tags: ['executions'],
    access: 'flows:execute',
    params: ExecutionParams,
    reply: { status: 200, description: 'The cancellation is accepted.', schema: Message },
    refuses: { 409: 'The execution has ended.' },
    handler: async ({ input, services, principal }) => {
      await services.runs.cancel(principal, input.params.id);
      return { body: { message: 'Execution cancelled successfully' } };
    },
  }),
];
