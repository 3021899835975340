import { isJsonObject, RepriseError, type JsonObject } from '../../../flow';
import { readDocument } from '../../document';
import type { PlaysDocument } from './document';

/** The document in a stored text of this form. Throws `other_form` for a text of another one. */
export const readPlaysDocument = (text: string): PlaysDocument => {
  const read = readDocument(text);
  const root: JsonObject = read.ok ? read.document.root : {};
  const { layers } = root;
  if (!Array.isArray(layers)) throw new RepriseError('other_form', 'The flow is not written in layers; edit it in its own form');
  return { ...root, layers: layers.filter(isJsonObject) };
};

/** The text that is stored of a document. */
export const writePlaysDocument = (document: PlaysDocument): string => JSON.stringify(document, null, 2);

/** What a layer is addressed by: its id, or its ref when the author gave none. */
export const layerIdOf = (layer: JsonObject): string => {
  const { id, ref } = layer;
  return typeof id === 'string' ? id : typeof ref === 'string' ? ref : '';
};

export const findLayer = ({ layers }: PlaysDocument, id: string): JsonObject | undefined =>
  layers.find((layer) => layerIdOf(layer) === id);

export const addLayer = (document: PlaysDocument, layer: JsonObject): PlaysDocument => ({
  ...document,
  layers: [...document.layers, layer],
});

/** The layer keeps its id and its place. Undefined when there is none of this id. */
export const replaceLayer = (document: PlaysDocument, id: string, layer: JsonObject): PlaysDocument | undefined =>
  findLayer(document, id) === undefined
    ? undefined
    : { ...document, layers: document.layers.map((old) => (layerIdOf(old) === id ? { ...layer, id } : old)) };

/** Undefined when there is none of this id. */
export const removeLayer = (document: PlaysDocument, id: string): PlaysDocument | undefined =>
  findLayer(document, id) === undefined
    ? undefined
    : { ...document, layers: document.layers.filter((layer) => layerIdOf(layer) !== id) };

/** Layers by index, ascending: those of one index run at the same time. Each keeps its place among the equal ones. */
export const indexGroups = <T extends { readonly index?: unknown }>(layers: readonly T[]): T[][] => {
  const groups = new Map<number, T[]>();
  for (const layer of layers) {
    const index = typeof layer.index === 'number' ? layer.index : 0;
    groups.set(index, [...(groups.get(index) ?? []), layer]);
  }
  return [...groups].toSorted(([left], [right]) => left - right).map(([, group]) => group);
};
