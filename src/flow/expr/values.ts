import { isArray, isFiniteNumber, keysOf, stringify } from './globals';
import { RepriseError } from '../errors';
import type { Json, JsonObject } from '../json';
import type { Meter } from './contract';
import { fault } from './fault';
import { COST } from './frame';

/** The longest text that an evaluation may build, in characters: four times what an output may have in the workflow. */
const MAX_TEXT = 1_048_576;
/** The largest value that an evaluation may build, in JSON characters: no larger response is ever read. */
const MAX_RESULT = 16 * 1_048_576;
/** Deeper values than this are refused, so that no recursion over them ends the worker. */
const MAX_NESTING = 200;

const tooCostly = (message: string): never => {
  throw new RepriseError('expression_too_costly', message);
};

/** Charges a text before it is built. */
export const chargeText = (meter: Meter, length: number): void => {
  if (length > MAX_TEXT)
    tooCostly(`The expression builds text of more than ${MAX_TEXT} characters; use a script node for large texts`);
  meter.spend(length * COST.char);
};

/** A number that JSON can hold; `-0` becomes 0. */
export const finite = (value: number, what: string): number => {
  if (!isFiniteNumber(value)) fault(`${what} gives no finite number`);
  return value === 0 ? 0 : value;
};

/** Sets an own member. `__proto__` is refused: code that copies such an object by assignment would change its prototype. */
export const put = (object: JsonObject, key: string, value: Json): void => {
  if (key === '__proto__') fault('A map may not have the member `__proto__`');
  object[key] = value;
};

/** Size in JSON characters, about; each container and item costs. Refuses values that are too deep or too large to write. */
export const measure = (value: Json, meter: Meter): number => {
  let size = 0;
  const visit = (part: Json, depth: number): void => {
    if (typeof part === 'string') size += part.length + 2;
    else if (typeof part !== 'object' || part === null) size += 5;
    else {
      if (depth > MAX_NESTING) fault(`The value is nested more than ${MAX_NESTING} deep`);
      if (isArray(part)) {
        meter.spend(part.length * COST.item);
        for (const item of part) visit(item, depth + 1);
      } else {
        const keys = keysOf(part);
        meter.spend(keys.length * COST.item);
        for (const key of keys) {
          size += key.length + 3;
          visit(part[key] ?? null, depth + 1);
        }
      }
      size += 2;
    }
    if (size > MAX_RESULT) tooCostly(`The expression builds a value of more than ${MAX_RESULT} characters; return fewer items`);
  };
  visit(value, 0);
  return size;
};

/** JSON text of a value, charged. */
export const jsonText = (value: Json, meter: Meter): string => {
  chargeText(meter, measure(value, meter));
  return stringify(value);
};

/**
 * The text that a value is in mixed text and by `string(x)`: text as it is, null as empty text, numbers and booleans as
 * JSON, lists and maps as JSON.
 */
export const textOfValue = (value: Json, meter: Meter): string => {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? jsonText(value, meter) : String(value);
};
