import { compact, isJsonObject, RepriseError, type JsonObject } from '../../flow';
import {
  addLayer,
  findLayer,
  layerIdOf,
  readPlaysDocument,
  removeLayer,
  replaceLayer,
  writePlaysDocument,
  type PlaysDocument,
} from '../../language';
import type { FlowService, PlayService } from '../contract';
import { newLayerId } from '../ids';

const layerNotFound = (flowId: string, id: string): RepriseError =>
  new RepriseError('not_found', `Flow ${flowId} has no layer ${id}; list its layers to see their ids`);

const withId = (layer: JsonObject): JsonObject => ({ ...layer, id: newLayerId() });
const withIds = (layers: readonly JsonObject[]): JsonObject[] =>
  layers.map((layer) => (layerIdOf(layer) === layer['id'] ? layer : withId(layer)));

/** Flows as layers: each edit is a new version of the one definition, made out of the newest. */
export const createLayeredFlows = (
  flows: FlowService,
): Pick<PlayService, 'createFlow' | 'getFlow' | 'updateFlow' | 'addLayer' | 'updateLayer' | 'removeLayer'> => {
  type Asker = Parameters<FlowService['edit']>[0];
  const edit = (
    principal: Asker,
    id: string,
    change: (document: PlaysDocument) => PlaysDocument,
    members?: Parameters<FlowService['edit']>[4],
  ) => flows.edit(principal, id, 'plays', (text) => writePlaysDocument(change(readPlaysDocument(text))), members);

  return {
    createFlow: (principal, { layers = [], execution, enabled, ...members }) => {
      const root = compact({ ...members, enabled, execution });
      const definition = writePlaysDocument({ ...root, layers: withIds(layers) });
      return flows.create(principal, { ...members, definition });
    },
    async getFlow(principal, id) {
      const { flow, version } = await flows.get(principal, id);
      if (version.form !== 'plays') return { flow, layers: [] };
      const { layers, execution } = readPlaysDocument(version.definition);
      return { flow, layers, ...(isJsonObject(execution) ? { execution } : {}) };
    },
    async updateFlow(principal, id, { layers, execution, ...members }) {
      const { flow } = await flows.get(principal, id);
      const writesLayers = layers !== undefined || execution !== undefined;
      const { enabled: _, ...texts } = members;
      if (!writesLayers && (flow.form !== 'plays' || Object.keys(texts).length === 0))
        return flows.update(principal, id, members);
      const changes = compact({ ...texts, execution, ...(layers === undefined ? {} : { layers: withIds(layers) }) });
      return edit(principal, id, (document) => ({ ...document, ...changes }), members);
    },
    async addLayer(principal, flowId, layer) {
      const added = withId(layer);
      await edit(principal, flowId, (document) => addLayer(document, added));
      return added;
    },
    async updateLayer(principal, flowId, layerId, change) {
      let after: JsonObject = {};
      await edit(principal, flowId, (document) => {
        const before = findLayer(document, layerId);
        if (before === undefined) throw layerNotFound(flowId, layerId);
        // The module has two names; the one that is given takes the place of the other.
        const { appId, module, ...rest } = before;
        const named = 'appId' in change || 'module' in change ? {} : compact({ appId, module });
        after = { ...rest, ...named, ...change, id: layerId };
        return replaceLayer(document, layerId, after) ?? document;
      });
      return after;
    },
    async removeLayer(principal, flowId, layerId) {
      await edit(principal, flowId, (document) => {
        const without = removeLayer(document, layerId);
        if (without === undefined) throw layerNotFound(flowId, layerId);
        return without;
      });
    },
  };
};
