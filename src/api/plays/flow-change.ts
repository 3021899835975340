import type { JsonObject } from '../../flow';
import type { LayeredFlowChange } from '../../service/contract';
import { withoutUndefined } from '../flowrunner/without-undefined';
import type { z } from '../zod-openapi';
import type { LayerChange, UpdateLayeredFlow } from './flow-schema';

/** JSON by origin: it was parsed from a body. */
export const toLayer = (layer: z.output<typeof LayerChange>): JsonObject => withoutUndefined(layer) as JsonObject;

export const toChange = ({ execution, layers, ...members }: z.output<typeof UpdateLayeredFlow>): LayeredFlowChange => ({
  ...withoutUndefined(members),
  ...(execution !== undefined && { execution: execution as JsonObject }),
  ...(layers !== undefined && { layers: layers.map(toLayer) }),
});
