import type { ErrorObject } from 'ajv';
import type { Issue, Json } from '../../flow';
import { formatPlace } from '../place';
import type { SchemaFault } from './guard-schema';
import { InputTooCostly, metered } from './meter';
import { placeOf } from './pointer';
import { compileSchema, type ValidatorResult } from './validators';

/** Compiled validators by the text of their schema, the least used one leaves. */
const MOST_VALIDATORS = 200;
const MOST_ISSUES = 100;
const validators = new Map<string, ValidatorResult>();

const validatorFor = (schema: Json): ValidatorResult => {
  const key = JSON.stringify(schema);
  const found = validators.get(key) ?? metered(() => compileSchema(schema));
  validators.delete(key);
  validators.set(key, found);
  const [oldest] = validators.keys();
  if (validators.size > MOST_VALIDATORS && oldest !== undefined) validators.delete(oldest);
  return found;
};

/** What is wrong with the JSON Schema of a definition; places are inside the schema. */
export const checkInputSchema = (schema: Json): readonly SchemaFault[] => {
  const result = validatorFor(schema);
  return result.ok ? [] : result.faults;
};

/**
 * Checks a run input against the schema of its flow version. All faults, at most 100; paths start with `root`. Patterns run in
 * linear time and the whole check within a fixed budget: `input_too_costly` when that is used up.
 */
export const checkInput = (schema: Json, input: Json, root: 'input' | 'form' = 'input'): Issue[] => {
  const result = validatorFor(schema);
  if (!result.ok)
    return result.faults.map(({ code, place, message }) => ({ code, path: formatPlace([root, ...place]), message }));
  try {
    return metered(() => result.validate(input))
      .slice(0, MOST_ISSUES)
      .map((error) => toIssue(error, root));
  } catch (error) {
    if (!(error instanceof InputTooCostly) && !(error instanceof RangeError)) throw error;
    return [
      {
        code: 'input_too_costly',
        path: root,
        message: `Checking this ${root} against the schema takes too long; send a smaller ${root} or simplify the schema.`,
      },
    ];
  }
};

const toIssue = (error: ErrorObject, root: string): Issue => {
  const place = [root, ...placeOf(error.instancePath)];
  const params = error.params as Record<string, unknown>;
  const missing = params['missingProperty'];
  if (error.keyword === 'required' && typeof missing === 'string')
    return {
      code: 'missing_field',
      path: formatPlace([...place, missing]),
      message: `Add the member \`${missing}\` to the ${root}.`,
    };
  const extra = params['additionalProperty'] ?? params['unevaluatedProperty'];
  if (typeof extra === 'string')
    return {
      code: 'unknown_field',
      path: formatPlace([...place, extra]),
      message: `The ${root} may not have the member \`${extra.slice(0, 100)}\`; remove it.`,
    };
  const allowed = params['allowedValues'];
  const text = Array.isArray(allowed)
    ? `must be one of ${allowed
        .slice(0, 20)
        .map((value) => JSON.stringify(value))
        .join(', ')}`
    : (error.message ?? 'is not valid');
  return { code: 'invalid_value', path: formatPlace(place), message: `\`${formatPlace(place)}\` ${text}.` };
};
