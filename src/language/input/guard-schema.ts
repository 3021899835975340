import { isJsonObject, type Json, type JsonObject } from '../../flow';
import type { Place } from '../place';

const LARGEST_SCHEMA = 64 * 1_024;
/** Our keyword in every subschema: see meter.ts. */
export const METER = 'x-reprise-cost';

export interface SchemaFault {
  readonly code: 'invalid_input_schema';
  readonly place: Place;
  readonly message: string;
}
export const schemaFault = (place: Place, message: string): SchemaFault => ({ code: 'invalid_input_schema', place, message });

/** Keywords whose value is one schema, a list of schemas, or a map of them. */
const ONE = new Set([
  'additionalProperties',
  'propertyNames',
  'items',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'additionalItems',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
]);
const LIST = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']);
const MAP = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']);
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const;

/**
 * The schema with a charge in every subschema, and what is not allowed in it: references that leave the document, and
 * identifiers, which would let two flows name each other's schemas.
 */
export const guardSchema = (schema: Json): { readonly schema: Json; readonly faults: readonly SchemaFault[] } => {
  if (JSON.stringify(schema).length > LARGEST_SCHEMA)
    return { schema, faults: [schemaFault([], `A schema may have ${LARGEST_SCHEMA} bytes; describe less of the input.`)] };
  const faults: SchemaFault[] = [];
  const walk = (value: Json, place: Place): Json => {
    if (!isJsonObject(value)) return value;
    const copy: JsonObject = { [METER]: weightOf(value) };
    for (const [keyword, part] of Object.entries(value)) copy[keyword] = walkKeyword(keyword, part, [...place, keyword]);
    return copy;
  };
  const walkKeyword = (keyword: string, part: Json, place: Place): Json => {
    if ((REFERENCES as readonly string[]).includes(keyword) && !(typeof part === 'string' && part.startsWith('#')))
      faults.push(schemaFault(place, 'A schema refers only to its own parts; write `#/$defs/…`.'));
    if (keyword === '$id' || keyword === METER) faults.push(schemaFault(place, `\`${keyword}\` is not allowed here; remove it.`));
    if (LIST.has(keyword) && Array.isArray(part)) return part.map((item, index) => walk(item, [...place, index]));
    if (ONE.has(keyword)) return walk(part, place);
    if (!MAP.has(keyword) || !isJsonObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, walk(item, [...place, name])]));
  };
  return { schema: walk(schema, []), faults };
};

/** Units that one visit of a subschema costs, apart from the size of the data. */
const weightOf = (schema: JsonObject): number => {
  let weight = 1;
  for (const part of Object.values(schema)) {
    if (Array.isArray(part)) weight += part.length;
    else if (isJsonObject(part)) weight += Object.keys(part).length;
  }
  return weight;
};
