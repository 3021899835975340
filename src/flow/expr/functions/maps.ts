import { isArray, keysOf, stringify } from '../globals';
import type { Json, JsonObject } from '../../json';
import { fault } from '../fault';
import { COST } from '../frame';
import { typeName } from '../type-names';
import { put, textOfValue } from '../values';
import { anyArg, helper, listArg, mapArg, type Call, type Helpers } from './call';
import { lengthOf } from './unicode';

const memberNames = (call: Call, at = 0): string[] => {
  const keys = keysOf(mapArg(call, at));
  call.meter.spend(keys.length * COST.item);
  return keys;
};

/** Members of later maps win; not deep. */
const merge = (call: Call): Json => {
  const result: JsonObject = {};
  for (const at of call.args.keys()) {
    const map = mapArg(call, at);
    for (const key of memberNames(call, at)) put(result, key, map[key] ?? null);
  }
  return result;
};

/** `[{key, value}]` → map; the opposite of entries(). */
const fromEntries = (call: Call): Json => {
  const result: JsonObject = {};
  const entries = listArg(call, 0);
  call.meter.spend(entries.length * COST.item);
  for (const entry of entries) {
    const isEntry = typeof entry === 'object' && entry !== null && !isArray(entry);
    const key = isEntry ? entry['key'] : undefined;
    if (!isEntry || typeof key !== 'string') return fault('fromEntries() needs a list of {key, value} with string keys');
    put(result, key, entry['value'] ?? null);
  }
  return result;
};

const size = (call: Call): Json => {
  const value = anyArg(call, 0);
  if (typeof value === 'string') {
    call.meter.spend(value.length * COST.char);
    return lengthOf(value);
  }
  if (isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return memberNames(call).length;
  return fault(`size() needs a string, a list or a map, got ${typeName(value)}`);
};

const bool = (call: Call): Json => {
  const value = anyArg(call, 0);
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return fault(`bool() reads true, false and their texts, got ${stringify(value).slice(0, 60)}`);
};

export const MAP_HELPERS: Helpers = {
  keys: helper(1, (call) => memberNames(call)),
  values: helper(1, (call) => {
    const map = mapArg(call, 0);
    return memberNames(call).map((key) => map[key] ?? null);
  }),
  entries: helper(1, (call) => {
    const map = mapArg(call, 0);
    return memberNames(call).map((key) => ({ key, value: map[key] ?? null }));
  }),
  fromEntries: helper(1, fromEntries),
  merge: helper(1, merge, 32),
  size: helper(1, size),
  type: helper(1, (call) => typeName(anyArg(call, 0))),
  string: helper(1, (call) => textOfValue(anyArg(call, 0), call.meter)),
  bool: helper(1, bool),
  dyn: helper(1, (call) => anyArg(call, 0)),
};
