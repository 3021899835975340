import { isJsonObject, type Json, type JsonObject } from '../../../flow';
import type { IssueList } from '../../issues';
import type { Place } from '../../place';
import { checkShape } from '../../shape';
import { nameFault } from '../../fields';
import { didYouMean } from '../../suggest';
import { playsLayer, type PlaysLayer } from './document';
import { MODULE_NAMES } from './modules';

/** A layer of the document. One with a fault keeps its name and its place in the order, so that nothing else is blamed for it. */
export interface ReadLayer {
  readonly ref: string;
  readonly index: number;
  readonly place: Place;
  readonly module: string;
  /** Absent: it has a fault, which is told. */
  readonly layer?: PlaysLayer;
}

/** Reads the layers. Faults go to `issues`. */
export const readLayers = (layers: readonly unknown[], issues: IssueList): ReadLayer[] => {
  const seen = new Set<string>();
  return layers.flatMap((raw, at) => {
    const place = ['layers', at];
    const read = readLayer(raw, place, issues);
    if (read === undefined) return [];
    if (seen.has(read.ref)) {
      issues.add('duplicate_ref', [...place, 'ref'], `Another layer has the ref \`${read.ref}\`; give each its own.`);
      return [];
    }
    seen.add(read.ref);
    return [read];
  });
};

const readLayer = (raw: unknown, place: Place, issues: IssueList): ReadLayer | undefined => {
  const layer = checkShape(playsLayer, raw, place, issues) ?? withoutFaults(raw);
  if (layer === undefined) {
    const told: JsonObject = isJsonObject(raw) ? raw : {};
    const { ref, index } = told;
    const named = typeof ref === 'string' && nameFault(ref) === undefined;
    return named ? { ref, index: numberOf(index), place, module: '' } : undefined;
  }
  const { ref, index, appId, module = appId ?? '' } = layer;
  if (ref.includes('--'))
    issues.add('invalid_name', [...place, 'ref'], 'Two dashes in a row are for names that we make; choose another ref.');
  if (MODULE_NAMES.includes(module)) return { ref, index, place, module, layer };
  const known = MODULE_NAMES.join(', ');
  issues.add(
    'unsupported',
    [...place, appId === undefined ? 'module' : 'appId'],
    `The module \`${module}\` is not supported. Modules: ${known}.`,
    () => didYouMean(module, MODULE_NAMES),
  );
  return { ref, index, place, module };
};

/** What is left of a layer whose faults are told, so that those of its args are told with them. */
const withoutFaults = (raw: unknown): PlaysLayer | undefined => {
  const faults = playsLayer.safeParse(raw).error?.issues ?? [];
  const faulty = faults.flatMap(({ path: [member], ...issue }) =>
    member === undefined && issue.code === 'unrecognized_keys' ? issue.keys : [String(member)],
  );
  if (!isJsonObject(raw)) return undefined;
  const rest = Object.fromEntries(Object.entries(raw).filter(([member]) => !faulty.includes(member)));
  return playsLayer.safeParse(rest).data;
};

const numberOf = (index: Json | undefined): number => (typeof index === 'number' ? index : 0);
