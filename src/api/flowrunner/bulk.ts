import { RUN_STATES } from '../../flow';
import type { BulkOperation } from '../../service/contract';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';
import { Id, Time } from './common-schema';
import { EXECUTION_STATUSES, toStates } from './states';
import { withoutUndefined } from './without-undefined';

const Action = z.enum(['hold', 'release', 'cancel']);
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const time = (description: string) => Instant.optional().openapi({ type: 'string', format: 'date-time', description });

const BulkRequest = z
  .strictObject({
    action: Action,
    filter: z
      .strictObject({
        flow_id: Id.optional(),
        status: z.enum(EXECUTION_STATUSES).optional(),
        state: z.enum(RUN_STATES).optional(),
        from: time('Asked for at or after.'),
        to: time('Asked for before; now when absent.'),
      })
      .refine(({ status, state }) => status === undefined || state === undefined, {
        path: ['state'],
        error: 'give either `status` or `state`',
      })
      .default({}),
    dryRun: z.boolean().default(false).openapi({ description: 'Only counts.' }),
  })
  .openapi('BulkRequest');
const BulkStarted = z
  .strictObject({ id: z.string().optional(), matched: z.int() })
  .openapi('BulkStarted', { description: 'No `id` of a dry run.' });
const BulkReply = z
  .strictObject({
    id: z.string(),
    action: Action,
    state: z.enum(['running', 'done']),
    matched: z.int(),
    done: z.int(),
    failed: z.array(z.strictObject({ execution_id: z.string(), code: z.string(), message: z.string() })),
    created_at: Time,
    completed_at: Time.optional(),
  })
  .openapi('BulkOperation');

const present = (operation: BulkOperation): z.input<typeof BulkReply> => {
  const { id, action, state, runIds, handled, failures, createdAt, endedAt } = operation;
  return {
    id,
    action,
    state,
    matched: runIds.length,
    done: handled - failures.length,
    failed: failures.map(({ runId, code, message }) => ({ execution_id: runId, code, message })),
    created_at: createdAt.toISOString(),
    ...(endedAt !== undefined && { completed_at: endedAt.toISOString() }),
  };
};

/** One action on many executions. */
export const bulkRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/v1/executions/bulk',
    operationId: 'beginBulk',
    summary: 'Hold, release or cancel many executions',
    description: 'Those that the filter matches now and that the action can change, at most 10,000. Goes on in the background.',
    tags: ['executions'],
    access: 'flows:execute',
    body: BulkRequest,
    reply: { status: 200, description: 'What a dry run would touch.', schema: BulkStarted },
    also: { 202: 'It has begun; Location is where its progress is.' },
    refuses: { 422: 'The filter matches more than 10,000 executions.' },
    handler: async ({ input: { body }, services, principal }) => {
      const { flow_id: flowId, status, state, from: since, to: until } = body.filter;
      const states = state !== undefined ? [state] : status === undefined ? undefined : toStates(status);
      const input = { action: body.action, ...withoutUndefined({ flowId, states, since, until }) };
      if (body.dryRun) return { body: { matched: await services.bulk.count(principal, input) } };
      const { id, runIds } = await services.bulk.begin(principal, input);
      const headers = { location: `/api/v1/executions/bulk/${id}` };
      return { status: 202, body: { id, matched: runIds.length }, headers };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/executions/bulk/{id}',
    operationId: 'getBulk',
    summary: 'How far a bulk operation is',
    tags: ['executions'],
    access: 'flows:read',
    params: z.strictObject({ id: Id }),
    reply: { status: 200, description: 'Its progress.', schema: BulkReply },
    handler: async ({ input: { params }, services, principal }) => ({
      body: present(await services.bulk.get(principal, params.id)),
    }),
  }),
];
