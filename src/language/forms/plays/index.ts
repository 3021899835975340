export { FILTER_OPERATORS, playsFlow, playsLayer } from './document';
export type { PlaysDocument, PlaysFilter, PlaysFlow, PlaysLayer, PlaysRetry } from './document';
export {
  addLayer,
  findLayer,
  indexGroups,
  layerIdOf,
  readPlaysDocument,
  removeLayer,
  replaceLayer,
  writePlaysDocument,
} from './layers';
