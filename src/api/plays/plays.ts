import type { JsonObject, Principal } from '../../flow';
import type { Services } from '../../service/contract';
import { withoutUndefined } from '../flowrunner/without-undefined';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { ById, presentPage, toPageRequest } from './common-schema';
import { FlowPlaysQuery, PlayLayers, PlayPage, PlayReply, PlaysQuery, RunPlayRequest, StartedPlay } from './play-schema';
import { presentLayers, presentPlay, presentStarted, presentSummary } from './present-play';
import { toRunStates, type PlayState } from './states';

interface ListQuery {
  readonly flowId?: string | undefined;
  readonly state?: PlayState | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly page: number;
  readonly size: number;
}
const list = async (services: Services, principal: Principal, { flowId, state, from, to, ...paging }: ListQuery) => {
  const filter = withoutUndefined({
    flowId,
    states: state === undefined ? undefined : toRunStates(state),
    since: from === undefined ? undefined : new Date(from),
    until: to === undefined ? undefined : new Date(to),
  });
  return presentPage(await services.runs.list(principal, filter, toPageRequest(paging)), paging, presentSummary);
};

export const playRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/flows/{id}/run',
    operationId: 'runPlay',
    summary: 'Trigger a flow',
    description:
      'Waits up to 250 ms for a worker to take the play. A 503 leaves the start undecided; the same idempotencyKey decides it.',
    tags: ['plays'],
    access: 'flows:execute',
    params: ById,
    body: RunPlayRequest,
    reply: { status: 200, description: 'The play.', schema: StartedPlay },
    refuses: { 409: 'The flow is disabled: send `force`.', 422: 'The args do not fit the input schema of the flow.' },
    handler: async ({ input: { params, body }, services, principal }) => {
      // JSON by origin: it was parsed from the body.
      const args = (body.args ?? {}) as JsonObject;
      const { idempotencyKey, force } = body;
      const runAt = body.runAt === undefined ? undefined : new Date(body.runAt);
      const start = { flowId: params.id, args, ...withoutUndefined({ idempotencyKey, force, runAt }) };
      return { body: presentStarted(await services.plays.start(principal, start)) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/plays/{id}',
    operationId: 'getPlay',
    summary: 'Get a play',
    tags: ['plays'],
    access: 'flows:read',
    params: ById,
    reply: { status: 200, description: 'The play with its args.', schema: PlayReply },
    handler: async ({ input, services, principal }) => ({
      body: presentPlay(await services.plays.get(principal, input.params.id)),
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/plays/{id}/layers',
    operationId: 'listPlayLayers',
    summary: 'Get the layers of a play with their outputs',
    description: 'In the order in which they began, then those that nothing has reached; at most the 1,000 newest.',
    tags: ['plays'],
    access: 'flows:read',
    params: ById,
    reply: { status: 200, description: 'A bare list.', schema: PlayLayers },
    handler: async ({ input, services, principal }) => ({
      body: presentLayers(await services.runs.nodeRuns(principal, input.params.id)),
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/plays',
    operationId: 'listPlays',
    summary: 'List plays',
    tags: ['plays'],
    access: 'flows:read',
    query: PlaysQuery,
    reply: { status: 200, description: 'Newest first.', schema: PlayPage },
    handler: async ({ input, services, principal }) => ({ body: await list(services, principal, input.query) }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/flows/{id}/plays',
    operationId: 'listPlaysOfFlow',
    summary: 'List the plays of a flow',
    tags: ['plays'],
    access: 'flows:read',
    params: ById,
    query: FlowPlaysQuery,
    reply: { status: 200, description: 'Newest first.', schema: PlayPage },
    handler: async ({ input: { params, query }, services, principal }) => {
      await services.flows.get(principal, params.id);
      return { body: await list(services, principal, { ...query, flowId: params.id }) };
    },
  }),
];
