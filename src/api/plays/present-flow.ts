import type { JsonObject } from '../../flow';
import type { Flow, LayeredFlow, SavedFlow } from '../../service/contract';
import type { z } from '../zod-openapi';
import type { FlowSummary, LayeredFlowReply, LayerReply, SavedLayeredFlow } from './flow-schema';

export const presentSummary = (flow: Flow): z.input<typeof FlowSummary> => ({
  id: flow.id,
  permanentId: flow.id,
  name: flow.name,
  description: flow.description,
  category: flow.category ?? null,
  enabled: flow.enabled,
  version: flow.latestVersion,
  form: flow.form,
  createdAt: flow.createdAt.toISOString(),
  updatedAt: flow.updatedAt.toISOString(),
});

export const presentSaved = ({ warnings, ...flow }: SavedFlow): z.input<typeof SavedLayeredFlow> => ({
  ...presentSummary(flow),
  ...(warnings.length > 0 && { warnings: [...warnings] }),
});

export const presentFlow = ({ flow, execution, layers }: LayeredFlow): z.input<typeof LayeredFlowReply> => ({
  ...presentSummary(flow),
  ...(execution !== undefined && { execution }),
  layers: layers.map((layer) => presentLayer(flow.id, layer)),
});

export const presentLayer = (flowId: string, layer: JsonObject): z.input<typeof LayerReply> => {
  const { id, ref } = layer;
  const text = typeof ref === 'string' ? ref : '';
  return { ...layer, id: typeof id === 'string' ? id : text, flowId, ref: text };
};
