import { isJsonObject, type Json, type JsonObject } from '../json';
import { inline, type JsonPath, type Value } from '../value';

/**
 * The roots of an expression from gathered values: `trigger` and `prev` are other names for `input` and `nodes`
 * (`trigger.body` = `prev.args` = input). `read` turns a value into JSON: in the workflow a claim gives its known
 * parts, in an activity its whole content.
 */
export const toScope = (
  gathered: { readonly values: Readonly<Record<string, Value>>; readonly nodes: Readonly<Record<string, Value>> },
  read: (value: Value) => Json,
): JsonObject => {
  const scope: JsonObject = {};
  for (const [root, value] of Object.entries(gathered.values)) scope[root] = read(value);
  const nodes: JsonObject = {};
  for (const [id, value] of Object.entries(gathered.nodes)) nodes[id] = read(value);
  scope['nodes'] = nodes;
  const input = scope['input'];
  if (input !== undefined) scope['trigger'] = { body: input };
  scope['prev'] = input === undefined ? { ...nodes } : { ...nodes, args: input };
  return scope;
};

/** What the workflow knows of a value: all of an inline one, the read parts of a claim (X6). */
export const knownPart = (value: Value): Json => {
  if (value.kind === 'inline') return value.value;
  let whole: Json = {};
  for (const [path, part] of value.known) whole = withPart(whole, path, part);
  return whole;
};

const withPart = (whole: Json, path: JsonPath, part: Json): Json => {
  const [head, ...rest] = path;
  if (head === undefined) return part;
  if (typeof head === 'number') {
    const list = Array.isArray(whole) ? [...whole] : [];
    while (list.length <= head) list.push(null);
    list[head] = withPart(list[head] ?? null, rest, part);
    return list;
  }
  const object: JsonObject = isJsonObject(whole) ? { ...whole } : {};
  object[head] = withPart(object[head] ?? {}, rest, part);
  return object;
};

/** Own members of objects, items of lists. Undefined when the path leads nowhere. */
export const partAt = (value: Json, path: JsonPath): Json | undefined => {
  let part: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(part)) part = typeof step === 'number' ? part[step] : undefined;
    else part = isJsonObject(part) && Object.hasOwn(part, step) ? part[step] : undefined;
  }
  return part;
};

/** What an activity is sent of a value: the parts that are read, not all that the run holds. A claim goes as it is. */
export const neededPart = (value: Value, paths: readonly JsonPath[]): Value => {
  if (value.kind === 'claim' || paths.some((path) => path.length === 0)) return value;
  let needed: Json = {};
  for (const path of paths) {
    const part = partAt(value.value, path);
    if (part !== undefined) needed = withPart(needed, path, part);
  }
  return inline(needed);
};

/** Whether the known parts of a claim answer a read of `path`. */
export const covers = (value: Value, path: JsonPath): boolean =>
  value.kind === 'inline' ||
  value.known.some(([known]) => known.length <= path.length && known.every((step, index) => step === path[index]));
