import { defineRoute } from '../route';
import type { Route } from '../route';
import { ById } from './common-schema';
import { toLayer } from './flow-change';
import { Deleted, LayerChange, LayerList, LayerParams, LayerReply, LayerRequest } from './flow-schema';
import { BAD_LAYERS } from './flows';
import { presentLayer } from './present-flow';

const REFUSES = { ...BAD_LAYERS, 409: 'The flow is written in another form.' };

/** Each change of a layer is a new version of its flow; changes at the same time all take effect. */
export const layerRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/flows/{id}/layers',
    operationId: 'listLayers',
    summary: 'List the layers of a flow',
    tags: ['plays flows'],
    access: 'flows:read',
    params: ById,
    reply: { status: 200, description: 'A bare list.', schema: LayerList },
    handler: async ({ input, services, principal }) => {
      const { flow, layers } = await services.plays.getFlow(principal, input.params.id);
      return { body: layers.map((layer) => presentLayer(flow.id, layer)) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/flows/{id}/layers',
    operationId: 'addLayer',
    summary: 'Add a layer',
    tags: ['plays flows'],
    access: 'flows:write',
    params: ById,
    body: LayerRequest,
    reply: { status: 201, description: 'The layer; Location is its address.', schema: LayerReply },
    refuses: REFUSES,
    handler: async ({ input: { params, body }, services, principal }) => {
      const layer = presentLayer(params.id, await services.plays.addLayer(principal, params.id, toLayer(body)));
      const location = `/api/flows/${encodeURIComponent(params.id)}/layers/${encodeURIComponent(layer.id)}`;
      return { body: layer, headers: { location } };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/api/flows/{id}/layers/{layerId}',
    operationId: 'updateLayer',
    summary: 'Change a layer',
    description: 'Members that are not sent stay as they are.',
    tags: ['plays flows'],
    access: 'flows:write',
    params: LayerParams,
    body: LayerChange,
    reply: { status: 200, description: 'The layer.', schema: LayerReply },
    refuses: REFUSES,
    handler: async ({ input: { params, body }, services, principal }) => {
      const layer = await services.plays.updateLayer(principal, params.id, params.layerId, toLayer(body));
      return { body: presentLayer(params.id, layer) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/flows/{id}/layers/{layerId}',
    operationId: 'removeLayer',
    summary: 'Remove a layer',
    tags: ['plays flows'],
    access: 'flows:write',
    params: LayerParams,
    reply: { status: 200, description: 'It is removed.', schema: Deleted },
    refuses: REFUSES,
    handler: async ({ input: { params }, services, principal }) => {
      await services.plays.removeLayer(principal, params.id, params.layerId);
      return { body: { id: params.layerId, deleted: true as const } };
    },
  }),
];
