import { withoutUndefined } from '../flowrunner/without-undefined';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { ById, presentPage, toPageRequest } from './common-schema';
import {
  CreateLayeredFlow,
  Deleted,
  FlowPage,
  FlowsQuery,
  LayeredFlowReply,
  SavedLayeredFlow,
  UpdateLayeredFlow,
} from './flow-schema';
import { toChange } from './flow-change';
import { presentFlow, presentSaved, presentSummary } from './present-flow';

export const BAD_LAYERS = { 422: 'The layers do not validate: `details.issues` lists every fault; nothing is stored.' };
const OTHER_FORM = { ...BAD_LAYERS, 409: 'The flow is written in another form.' };

export const layeredFlowRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/flows',
    operationId: 'listLayeredFlows',
    summary: 'List flows',
    tags: ['plays flows'],
    access: 'flows:read',
    query: FlowsQuery,
    reply: { status: 200, description: 'Newest first, in every form.', schema: FlowPage },
    handler: async ({ input: { query }, services, principal }) => {
      const { category, enabled, ...paging } = query;
      const found = await services.flows.list(principal, withoutUndefined({ category, enabled }), toPageRequest(paging));
      return { body: presentPage(found, paging, presentSummary) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/flows',
    operationId: 'createLayeredFlow',
    summary: 'Create a flow',
    tags: ['plays flows'],
    access: 'flows:write',
    body: CreateLayeredFlow,
    reply: { status: 201, description: 'The flow; Location is its address.', schema: SavedLayeredFlow },
    refuses: BAD_LAYERS,
    handler: async ({ input: { body }, services, principal }) => {
      const flow = await services.plays.createFlow(principal, { ...toChange(body), name: body.name });
      return { body: presentSaved(flow), headers: { location: `/api/flows/${encodeURIComponent(flow.id)}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/flows/{id}',
    operationId: 'getLayeredFlow',
    summary: 'Get a flow with its layers',
    tags: ['plays flows'],
    access: 'flows:read',
    params: ById,
    reply: { status: 200, description: 'The version that a start takes.', schema: LayeredFlowReply },
    handler: async ({ input, services, principal }) => ({
      body: presentFlow(await services.plays.getFlow(principal, input.params.id)),
    }),
  }),
  defineRoute({
    method: 'put',
    path: '/api/flows/{id}',
    operationId: 'updateLayeredFlow',
    summary: 'Change a flow',
    description: 'Members that are not sent stay as they are. A change of the definition is a new version.',
    tags: ['plays flows'],
    access: 'flows:write',
    params: ById,
    body: UpdateLayeredFlow,
    reply: { status: 200, description: 'The flow.', schema: SavedLayeredFlow },
    refuses: OTHER_FORM,
    handler: async ({ input: { params, body }, services, principal }) => ({
      body: presentSaved(await services.plays.updateFlow(principal, params.id, toChange(body))),
    }),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/flows/{id}',
    operationId: 'deleteLayeredFlow',
    summary: 'Delete a flow',
    description: 'Live plays go on and stay readable.',
    tags: ['plays flows'],
    access: 'flows:write',
    params: ById,
    reply: { status: 200, description: 'It is hidden.', schema: Deleted },
    handler: async ({ input: { params }, services, principal }) => {
      await services.flows.remove(principal, params.id);
      return { body: { id: params.id, deleted: true as const } };
    },
  }),
];
