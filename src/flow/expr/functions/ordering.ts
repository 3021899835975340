import { ceil, log2 } from '../globals';
import type { Json } from '../../json';
import type { Meter } from '../contract';
import { fault } from '../fault';
import { COST } from '../frame';
import { typeName } from '../type-names';

/**
 * `items` in the order of their keys (all numbers or all strings, by UTF-16 units: the same on every machine). Stable.
 * Charged n log n before the work.
 */
export const sortedBy = (items: readonly Json[], keys: readonly Json[], meter: Meter, what: string): Json[] => {
  meter.spend(items.length * ceil(log2(items.length + 1)) * COST.item);
  const type = typeof keys[0];
  const odd = keys.find((key) => typeof key !== type || (typeof key !== 'number' && typeof key !== 'string'));
  if (odd !== undefined) fault(`${what} needs keys that are all numbers or all strings, one is ${typeName(odd)}`);
  return items
    .map((item, at) => ({ item, key: keys[at] ?? null }))
    .sort((left, right) => (left.key === right.key ? 0 : (left.key ?? 0) < (right.key ?? 0) ? -1 : 1))
    .map(({ item }) => item);
};

/** The key of a group as a member name. */
export const groupKey = (key: Json): string =>
  typeof key === 'object'
    ? fault(`groupBy() needs keys that are strings, numbers or booleans, one is ${typeName(key)}`)
    : String(key);
