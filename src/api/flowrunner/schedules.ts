import type { JsonObject } from '../../flow';
import type { Schedule, ScheduleInput } from '../../service/contract';
import { defineRoute } from '../route';
import type { Route } from '../route';
import type { z } from '../zod-openapi';
import { Message } from './common-schema';
import {
  BackfillRequest,
  NextQuery,
  NextReply,
  ScheduleListQuery,
  ScheduleListReply,
  ScheduleParams,
  ScheduleReply,
  ScheduleRequest,
} from './schedule-schema';
import { withoutUndefined } from './without-undefined';

const BAD = { 422: 'The input does not fit the flow, or `cron` is no cron expression.' };
const PATH = '/api/v1/schedules';

const toInput = ({ cron, interval, jitter = 0, input, ...rest }: z.output<typeof ScheduleRequest>): ScheduleInput => ({
  ...rest,
  when: cron === undefined ? { everyMs: interval ?? 0 } : { cron },
  jitterMs: jitter,
  // JSON by origin: it was parsed from the body.
  input: input as JsonObject,
});

const present = ({ when, jitterMs, createdAt, updatedAt, ...schedule }: Schedule): z.input<typeof ScheduleReply> => ({
  id: schedule.id,
  flowId: schedule.flowId,
  timezone: schedule.timezone,
  overlap: schedule.overlap,
  catchUp: schedule.catchUp,
  input: schedule.input,
  paused: schedule.paused,
  createdBy: schedule.createdBy,
  ...('cron' in when ? { cron: when.cron } : { interval: when.everyMs }),
  jitter: jitterMs,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** `pause` and `resume`: each idempotent. */
const pauseRoute = (word: 'pause' | 'resume', summary: string): Route =>
  defineRoute({
    method: 'post',
    path: `${PATH}/{id}/${word}`,
    operationId: `${word}Schedule`,
    summary,
    tags: ['schedules'],
    access: 'flows:execute',
    params: ScheduleParams,
    reply: { status: 200, description: 'The schedule.', schema: ScheduleReply },
    handler: async ({ input: { params }, services, principal }) => ({
      body: present(await services.schedules.pause(principal, params.id, word === 'pause')),
    }),
  });

/** Flows that start by themselves. */
export const scheduleRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: PATH,
    operationId: 'createSchedule',
    summary: 'Schedule a flow',
    description: 'By cron or by interval. A schedule of a disabled flow rests; that of a deleted one is deleted.',
    tags: ['schedules'],
    access: 'flows:execute',
    body: ScheduleRequest,
    reply: { status: 201, description: 'The schedule; Location is its address.', schema: ScheduleReply },
    refuses: { ...BAD, 409: 'The flow has 100 schedules.' },
    handler: async ({ input: { body }, services, principal }) => {
      const schedule = await services.schedules.create(principal, toInput(body));
      return { body: present(schedule), headers: { location: `${PATH}/${schedule.id}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: PATH,
    operationId: 'listSchedules',
    summary: 'List the schedules',
    tags: ['schedules'],
    access: 'flows:read',
    query: ScheduleListQuery,
    reply: { status: 200, description: 'Newest first.', schema: ScheduleListReply },
    handler: async ({ input: { query }, services, principal }) => {
      const { flow_id: flowId, limit, offset } = query;
      const page = await services.schedules.list(principal, withoutUndefined({ flowId }), { limit, offset });
      return { body: { schedules: page.items.map(present), total: page.total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}`,
    operationId: 'getSchedule',
    summary: 'Get a schedule',
    tags: ['schedules'],
    access: 'flows:read',
    params: ScheduleParams,
    reply: { status: 200, description: 'The schedule.', schema: ScheduleReply },
    handler: async ({ input: { params }, services, principal }) => ({
      body: present(await services.schedules.get(principal, params.id)),
    }),
  }),
  defineRoute({
    method: 'put',
    path: `${PATH}/{id}`,
    operationId: 'replaceSchedule',
    summary: 'Replace a schedule',
    tags: ['schedules'],
    access: 'flows:execute',
    params: ScheduleParams,
    body: ScheduleRequest,
    reply: { status: 200, description: 'The schedule after it.', schema: ScheduleReply },
    refuses: { ...BAD, 409: 'It is the schedule of another flow.' },
    handler: async ({ input: { params, body }, services, principal }) => ({
      body: present(await services.schedules.replace(principal, params.id, toInput(body))),
    }),
  }),
  defineRoute({
    method: 'delete',
    path: `${PATH}/{id}`,
    operationId: 'deleteSchedule',
    summary: 'Delete a schedule',
    description: 'Runs that it has started go on.',
    tags: ['schedules'],
    access: 'flows:execute',
    params: ScheduleParams,
    reply: { status: 200, description: 'It is deleted.', schema: Message },
    handler: async ({ input: { params }, services, principal }) => {
      await services.schedules.remove(principal, params.id);
      return { body: { message: 'Schedule deleted successfully' } };
    },
  }),
  pauseRoute('pause', 'Let a schedule rest'),
  pauseRoute('resume', 'Let a paused schedule go on'),
  defineRoute({
    method: 'post',
    path: `${PATH}/{id}/trigger`,
    operationId: 'triggerSchedule',
    summary: 'Start a run of a schedule now',
    description: 'Also of a paused one; as its overlap policy lets.',
    tags: ['schedules'],
    access: 'flows:execute',
    params: ScheduleParams,
    reply: { status: 200, description: 'It is asked for.', schema: Message },
    handler: async ({ input: { params }, services, principal }) => {
      await services.schedules.trigger(principal, params.id);
      return { body: { message: 'Schedule triggered successfully' } };
    },
  }),
  defineRoute({
    method: 'post',
    path: `${PATH}/{id}/backfill`,
    operationId: 'backfillSchedule',
    summary: 'Start what a schedule would have started between two times',
    tags: ['schedules'],
    access: 'flows:execute',
    params: ScheduleParams,
    body: BackfillRequest,
    reply: { status: 200, description: 'It is asked for.', schema: Message },
    handler: async ({ input: { params, body }, services, principal }) => {
      await services.schedules.backfill(principal, params.id, new Date(body.from), new Date(body.to));
      return { body: { message: 'Backfill requested successfully' } };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}/next`,
    operationId: 'nextTimes',
    summary: 'Preview the next starts of a schedule',
    description: 'Without jitter.',
    tags: ['schedules'],
    access: 'flows:read',
    params: ScheduleParams,
    query: NextQuery,
    reply: { status: 200, description: 'Ascending.', schema: NextReply },
    handler: async ({ input: { params, query }, services, principal }) => ({
      body: { times: (await services.schedules.next(principal, params.id, query.count)).map((at) => at.toISOString()) },
    }),
  }),
];
