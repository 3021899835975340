import { Ajv, type AnySchema, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { isJsonObject, type Json } from '../../flow';
import { guardSchema, METER, schemaFault, type SchemaFault } from './guard-schema';
import { sizeCost, spend } from './meter';
import { placeOf } from './pointer';

/** A pattern through the linear-time engine; charged by the length of the text. Throws on a pattern that RE2 does not know. */
const linearPattern = Object.assign(
  (source: string) => {
    const pattern = RE2JS.compile(source);
    return {
      // The validator keeps one pattern per text of this.
      toString: (): string => `/${source}/`,
      test: (text: string): boolean => {
        spend(10 + text.length * 4);
        return pattern.matcher(text).find();
      },
    };
  },
  { code: 're2js' },
);

const OPTIONS: Options = {
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  inlineRefs: false,
  logger: false,
  code: { regExp: linearPattern },
};

const prepare = (ajv: Ajv): Ajv => {
  addFormats(ajv);
  meterFormats(ajv);
  ajv.addKeyword({
    keyword: METER,
    schemaType: 'number',
    errors: false,
    validate: (weight: number, data: unknown): boolean => {
      spend(weight + sizeCost(data));
      return true;
    },
  });
  // The built-in one compares every pair of items.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    validate: (wanted: boolean, list: Json[]) => !wanted || allDiffer(list),
  });
  // An annotation of OpenAPI; strict mode refuses all other unknown words, which are mostly misspelt keywords.
  ajv.addKeyword('example');
  return ajv;
};

const meterFormats = (ajv: Ajv): void => {
  for (const [name, format] of Object.entries(ajv.formats)) {
    const test =
      typeof format === 'function' ? format : format instanceof RegExp ? (text: string) => format.test(text) : undefined;
    const validate = test ?? (typeof format === 'object' && 'validate' in format ? format.validate : undefined);
    if (typeof validate !== 'function') continue;
    ajv.addFormat(name, (text: string): boolean => {
      spend(10 + text.length);
      return (validate as (value: string) => boolean)(text);
    });
  }
};

const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
    .join()}}`;
};
const allDiffer = (list: readonly Json[]): boolean => {
  const texts = list.map(canonical);
  spend(texts.reduce((sum, text) => sum + text.length, 0) >> 2);
  return new Set(texts).size === texts.length;
};

interface Engines {
  readonly draft07: Ajv;
  readonly draft2020: Ajv;
}
/** An engine keeps parts of every schema it has compiled: after this many it is replaced. */
const LONGEST_LIFE = 500;
let engines: Engines | undefined;
let compiled = 0;
const engineFor = (schema: Json): Ajv => {
  compiled += 1;
  if (engines === undefined || compiled % LONGEST_LIFE === 0)
    engines = { draft07: prepare(new Ajv(OPTIONS)), draft2020: prepare(new Ajv2020(OPTIONS)) };
  const draft = isJsonObject(schema) ? schema['$schema'] : undefined;
  return typeof draft === 'string' && draft.includes('draft-07') ? engines.draft07 : engines.draft2020;
};

/** One fault for each place of the schema that the meta-schema refuses. */
const schemaErrors = (errors: readonly ErrorObject[]): SchemaFault[] => {
  const byPlace = new Map<string, ErrorObject>();
  for (const error of errors) if (!byPlace.has(error.instancePath)) byPlace.set(error.instancePath, error);
  return [...byPlace.values()]
    .slice(0, 20)
    .map((error) => schemaFault(placeOf(error.instancePath), `This is not JSON Schema: it ${error.message ?? 'is not valid'}.`));
};

export type Validator = (input: Json) => readonly ErrorObject[];
export type ValidatorResult =
  { readonly ok: true; readonly validate: Validator } | { readonly ok: false; readonly faults: readonly SchemaFault[] };

/** Compiles a schema, uncached. JSON Schema 2020-12, or draft-07 when `$schema` says so. */
export const compileSchema = (schema: Json): ValidatorResult => {
  const guarded = guardSchema(schema);
  if (guarded.faults.length > 0) return { ok: false, faults: guarded.faults };
  const ajv = engineFor(schema);
  try {
    const known = guarded.schema as AnySchema;
    if (ajv.validateSchema(known) !== true) return { ok: false, faults: schemaErrors(ajv.errors ?? []) };
    const validate: ValidateFunction = ajv.compile(known);
    // The engine would keep every schema it has compiled.
    ajv.removeSchema(known);
    return { ok: true, validate: (input) => (validate(input) ? [] : (validate.errors ?? [])) };
  } catch (error) {
    const text = error instanceof Error ? error.message : 'it cannot be compiled';
    return { ok: false, faults: [schemaFault([], `This is not a JSON Schema that can be used: ${text.slice(0, 500)}.`)] };
  }
};
