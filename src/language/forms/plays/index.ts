export type { PlaysDocument } from './document';
export { addLayer, findLayer, layerIdOf, readPlaysDocument, removeLayer, replaceLayer, writePlaysDocument } from './layers';
