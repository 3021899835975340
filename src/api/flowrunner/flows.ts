import type { Principal } from '../../flow';
import type { Services } from '../../service/contract';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { Message } from './common-schema';
import {
  CreateFlowRequest,
  FlowDetailReply,
  FlowListQuery,
  FlowListReply,
  FlowParams,
  PatchFlowRequest,
  SavedFlowReply,
  UpdateFlowRequest,
} from './flow-schema';
import { presentFlow, presentSavedFlow } from './present-flow';
import { withoutUndefined } from './without-undefined';

const BAD_DEFINITION = {
  422: 'The definition does not validate: `details.issues` lists every fault with path and line; nothing is stored.',
};

const update = async (services: Services, principal: Principal, id: string, change: FlowChange) => ({
  body: presentSavedFlow(await services.flows.update(principal, id, change)),
});
type FlowChange = Parameters<Services['flows']['update']>[2];

export const flowRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/v1/flows',
    operationId: 'listFlows',
    summary: 'Get a list of flows',
    tags: ['flows'],
    access: 'flows:read',
    query: FlowListQuery,
    reply: { status: 200, description: 'Newest first.', schema: FlowListReply },
    handler: async ({ input: { query }, services, principal }) => {
      const { tag, limit, offset } = query;
      const page = await services.flows.list(principal, withoutUndefined({ tag }), { limit, offset });
      return { body: { flows: page.items.map(presentFlow), total: page.total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/flows',
    operationId: 'createFlow',
    summary: 'Create a new flow',
    description: 'Validates, compiles and stores the definition as version 1, published.',
    tags: ['flows'],
    access: 'flows:write',
    body: CreateFlowRequest,
    reply: { status: 201, description: 'The flow; Location is its address.', schema: SavedFlowReply },
    refuses: BAD_DEFINITION,
    handler: async ({ input, services, principal }) => {
      const flow = await services.flows.create(principal, withoutUndefined(input.body));
      return { body: presentSavedFlow(flow), headers: { location: `/api/v1/flows/${encodeURIComponent(flow.id)}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/flows/{id}',
    operationId: 'getFlow',
    summary: 'Get details of a specific flow',
    tags: ['flows'],
    access: 'flows:read',
    params: FlowParams,
    reply: { status: 200, description: 'The flow with the definition that a start takes.', schema: FlowDetailReply },
    handler: async ({ input, services, principal }) => {
      const { flow, version } = await services.flows.get(principal, input.params.id);
      return { body: { ...presentFlow(flow), definition: version.definition } };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/api/v1/flows/{id}',
    operationId: 'updateFlow',
    summary: 'Update an existing flow',
    description: 'A definition makes a new version and publishes it. Members that are not sent stay as they are.',
    tags: ['flows'],
    access: 'flows:write',
    params: FlowParams,
    body: UpdateFlowRequest,
    reply: { status: 200, description: 'The flow after the update.', schema: SavedFlowReply },
    refuses: { ...BAD_DEFINITION, 409: 'Another update of this flow came first.' },
    handler: ({ input, services, principal }) => update(services, principal, input.params.id, withoutUndefined(input.body)),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/flows/{id}',
    operationId: 'patchFlow',
    summary: 'Change the name or the description of a flow',
    tags: ['flows'],
    access: 'flows:write',
    params: FlowParams,
    body: PatchFlowRequest,
    reply: { status: 200, description: 'The flow after the change.', schema: SavedFlowReply },
    handler: ({ input, services, principal }) => update(services, principal, input.params.id, withoutUndefined(input.body)),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/flows/{id}',
    operationId: 'deleteFlow',
    summary: 'Delete a flow',
    description: 'Hides the flow. Live runs go on and runs stay readable.',
    tags: ['flows'],
    access: 'flows:write',
    params: FlowParams,
    reply: { status: 200, description: 'It is deleted.', schema: Message },
    handler: async ({ input, services, principal }) => {
      await services.flows.remove(principal, input.params.id);
      return { body: { message: 'Flow deleted successfully' } };
    },
  }),
];
