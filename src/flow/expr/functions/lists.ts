import { isArray, keysOf, max, min, stringify } from '../globals';
import type { Json, JsonObject } from '../../json';
import { LIMITS } from '../../limits';
import { memberOf } from '../access';
import { EvaluationFault, fault } from '../fault';
import { COST } from '../frame';
import { measure, put } from '../values';
import { anyArg, helper, integerArg, listArg, optional, textArg, type Call, type Helpers } from './call';
import { groupKey, sortedBy } from './ordering';
import { cut, lengthOf } from './unicode';

/** The list, charged for one pass over it. */
const passed = (call: Call, at = 0): readonly Json[] => {
  const list = listArg(call, at);
  call.meter.spend(list.length * COST.item);
  return list;
};

/** The members that a path names in every item: `sortBy(orders, "customer.name")`. */
const keysAt = (call: Call, list: readonly Json[], path: string): Json[] =>
  list.map((item, at) => {
    const key = path.split('.').reduce<Json | undefined>((value, name) => memberOf(value, name), item);
    if (key === undefined) throw new EvaluationFault(`${call.name}() finds no \`${path}\` in item ${at}`, `[${at}].${path}`);
    return key;
  });

const sortBy = (call: Call): Json => {
  const list = passed(call);
  return sortedBy(list, keysAt(call, list, textArg(call, 1)), call.meter, 'sortBy()');
};

/** Groups in order of first appearance. */
export const grouped = (items: readonly Json[], keys: readonly Json[]): JsonObject => {
  const groups = new Map<string, Json[]>();
  for (const [at, item] of items.entries()) {
    const key = groupKey(keys[at] ?? null);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  const result: JsonObject = {};
  for (const [key, group] of groups) put(result, key, group);
  return result;
};

const groupBy = (call: Call): Json => {
  const list = passed(call);
  return grouped(list, keysAt(call, list, textArg(call, 1)));
};

/** Maps with the same members in another order are the same. */
const canonicalText = (value: Json): string => {
  if (typeof value !== 'object' || value === null) return stringify(value);
  if (isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = keysOf(value).sort();
  return `{${members.map((key) => `${stringify(key)}:${canonicalText(value[key] ?? null)}`).join(',')}}`;
};

/** The first of equal items stays. */
const unique = (call: Call): Json => {
  const seen = new Set<string>();
  return passed(call).filter((item) => {
    // Writing the members in order costs several times what the text is long.
    call.meter.spend(1 + measure(item, call.meter) * COST.char * 10);
    const text = canonicalText(item);
    return !seen.has(text) && seen.add(text);
  });
};

const flatten = (call: Call): Json => {
  const flat: Json[] = [];
  const add = (list: readonly Json[], rest: number): void => {
    call.meter.spend(list.length * COST.item * 2);
    for (const item of list) {
      if (rest > 0 && isArray(item)) add(item, rest - 1);
      else flat.push(item);
    }
  };
  add(listArg(call, 0), min(optional(call, 1, integerArg, 1), 20));
  return flat;
};

/** Negative positions count from the end, as in JavaScript. */
const slice = (call: Call): Json => {
  const value = anyArg(call, 0);
  const start = integerArg(call, 1);
  if (typeof value !== 'string') {
    const list = passed(call);
    return list.slice(start, optional(call, 2, integerArg, list.length));
  }
  call.meter.spend(value.length * COST.char);
  const length = lengthOf(value);
  const from = (at: number): number => min(length, max(0, at < 0 ? length + at : at));
  const [first, end] = [from(start), from(optional(call, 2, integerArg, length))];
  return cut(value, first, max(first, end));
};

const range = (call: Call): Json => {
  const start = call.args.length > 1 ? integerArg(call, 0) : 0;
  const length = max(0, integerArg(call, call.args.length > 1 ? 1 : 0) - start);
  if (length > LIMITS.loopItems) fault(`range() gives at most ${LIMITS.loopItems} numbers`);
  call.meter.spend(length * COST.item);
  return Array.from({ length }, (_, at) => start + at);
};

const reverse = (call: Call): Json => passed(call).toReversed();

export const LIST_HELPERS: Helpers = {
  sort: helper(1, (call) => sortedBy(listArg(call, 0), listArg(call, 0), call.meter, 'sort()')),
  sortBy: helper(2, sortBy),
  groupBy: helper(2, groupBy),
  unique: helper(1, unique),
  flatten: helper(1, flatten, 2),
  slice: helper(2, slice, 3),
  reverse: helper(1, reverse),
  range: helper(1, range, 2),
  // null for an empty list, so that `??` gives the default.
  first: helper(1, (call) => listArg(call, 0)[0] ?? null),
  last: helper(1, (call) => listArg(call, 0).at(-1) ?? null),
};
