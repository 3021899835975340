import type { Json } from '../../flow';
import { defineRoute } from '../route';
import type { Route } from '../route';
import {
  EventHeaders,
  EventParams,
  EventReply,
  EventRequest,
  ExecutionParams,
  ExecutionReply,
  HoldRequest,
} from './execution-schema';
import { presentExecution } from './present-execution';
import { withoutUndefined } from './without-undefined';

const ENDED = { 409: 'The execution has ended.' };

/** What moves a live run from outside: hold, release, events. */
export const controlRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/v1/executions/{id}/hold',
    operationId: 'holdExecution',
    summary: 'Pause an execution',
    description: 'Running attempts finish, nothing new begins, timers keep counting. Idempotent; cascades to sub-flows.',
    tags: ['executions'],
    access: 'flows:execute',
    params: ExecutionParams,
    body: HoldRequest,
    reply: { status: 200, description: 'The execution, on hold.', schema: ExecutionReply },
    refuses: ENDED,
    handler: async ({ input: { params, body }, services, principal }) => ({
      body: presentExecution(await services.runs.hold(principal, params.id, body.reason)),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/executions/{id}/release',
    operationId: 'releaseExecution',
    summary: 'Let a paused execution go on',
    tags: ['executions'],
    access: 'flows:execute',
    params: ExecutionParams,
    reply: { status: 200, description: 'The execution, no longer on hold.', schema: ExecutionReply },
    refuses: ENDED,
    handler: async ({ input: { params }, services, principal }) => ({
      body: presentExecution(await services.runs.release(principal, params.id)),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/executions/{id}/events/{name}',
    operationId: 'deliverEvent',
    summary: 'Deliver an event to an execution',
    description: 'An event that comes before its wait is kept, 100 a run.',
    tags: ['executions'],
    access: 'flows:execute',
    params: EventParams,
    headers: EventHeaders,
    body: EventRequest,
    reply: { status: 200, description: 'What became of it.', schema: EventReply },
    refuses: { 409: 'The execution has ended, or 100 events are kept already.' },
    handler: async ({ input: { params, headers, body }, services, principal }) => {
      const event = {
        name: params.name,
        data: (body.data ?? null) as Json,
        ...withoutUndefined({ key: body.key, id: headers['idempotency-key'] }),
      };
      const { outcome } = await services.runs.deliverEvent(principal, params.id, event);
      return { body: { outcome } };
    },
  }),
];
