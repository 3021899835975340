import { isArray, keysOf, toNumber } from '../globals';
import type { Json } from '../../json';
import { fault } from '../fault';
import { deepEqual } from '../operators';
import { typeName } from '../type-names';
import { textOfValue } from '../values';
import { anyArg, helper, type Call, type Helpers } from './call';

/** What text from a form or a header is compared as: `"200"` and 200 mean the same, as do `"true"` and true. */
const isScalar = (value: Json): boolean => typeof value !== 'object';

const looseEquals = (call: Call): boolean => {
  const [left, right] = [anyArg(call, 0), anyArg(call, 1)];
  if (deepEqual(left, right, call.meter)) return true;
  if (typeof left === typeof right || !isScalar(left) || !isScalar(right)) return false;
  return textOfValue(left, call.meter) === textOfValue(right, call.meter);
};

const numberIn = (value: Json): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/.test(value) ? toNumber(value) : undefined;
};

/** -1, 0 or 1: as numbers when both can be read so, else as texts, which sorts ISO times. */
const looseCompare = (call: Call): number => {
  const [left, right] = [anyArg(call, 0), anyArg(call, 1)];
  const [first, second] = [numberIn(left), numberIn(right)];
  if (first !== undefined && second !== undefined) return sign(first, second);
  if (typeof left === 'string' && typeof right === 'string') return sign(left, right);
  return fault(`looseCompare() orders numbers, or texts, got ${typeName(left)} and ${typeName(right)}`);
};

const sign = <T extends number | string>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);

/** null, empty text, an empty list or map. */
const isEmpty = (call: Call): boolean => {
  const value = anyArg(call, 0);
  if (value === null || value === '') return true;
  if (isArray(value)) return value.length === 0;
  return typeof value === 'object' && keysOf(value).length === 0;
};

export const COMPARISON_HELPERS: Helpers = {
  looseEquals: helper(2, looseEquals),
  looseCompare: helper(2, looseCompare),
  isEmpty: helper(1, isEmpty),
};
