import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type YAMLError } from 'yaml';
import { isJsonObject, LIMITS, type Issue, type Json, type JsonObject } from '../flow';
import { formatPlace, type Place } from './place';

/** A definition text as data, with the way back to its lines. */
export interface SourceDocument {
  readonly root: JsonObject;
  /** Line (from 1) of a place; of the nearest place around it when the place is not in the text. */
  lineOf(place: Place): number | undefined;
  /** The text of a scalar as written: `1.0` for a version that YAML reads as the number 1. */
  sourceOf(place: Place): string | undefined;
}
export type DocumentResult =
  { readonly ok: true; readonly document: SourceDocument } | { readonly ok: false; readonly issues: readonly Issue[] };

/** Maps and lists may be nested this deep. */
const DEEPEST = 64;
/** Values after aliases are expanded: an alias bomb stops here. */
const MOST_VALUES = 100_000;

const refuse = (code: string, message: string, line?: number, path = ''): DocumentResult => ({
  ok: false,
  issues: [{ code, path, ...(line === undefined ? {} : { line }), message }],
});

/** Parses YAML or JSON into plain JSON data. Never throws. */
export const readDocument = (text: string): DocumentResult => {
  if (Buffer.byteLength(text) > LIMITS.bodyBytes)
    return refuse('definition_too_large', `A definition may have at most ${LIMITS.bodyBytes} bytes; split it into sub-flows.`);
  const lines = new LineCounter();
  let parsed: Document.Parsed;
  try {
    parsed = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: true,
      merge: false,
      resolveKnownTags: false,
      logLevel: 'error',
    });
  } catch (error) {
    // The parser recurses: text nested tens of thousands deep ends its stack.
    const deep = error instanceof RangeError;
    return deep
      ? refuse('too_deep', `Maps and lists may be nested ${DEEPEST} deep; flatten the definition.`)
      : refuse('yaml_syntax', 'The text is not YAML or JSON that can be read; check its structure.');
  }
  const faults = [...parsed.errors, ...parsed.warnings];
  if (faults.length > 0)
    return readPlainJson(text) ?? { ok: false, issues: faults.slice(0, 20).map((fault) => toIssue(fault, text)) };
  return toData(parsed, lines);
};

const YAML_CODES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'duplicate_key',
  MULTIPLE_DOCS: 'multiple_documents',
  TAG_RESOLVE_FAILED: 'unknown_tag',
  BAD_ALIAS: 'yaml_alias',
  RESOURCE_EXHAUSTION: 'too_deep',
};
const ADVICE: Readonly<Record<string, string>> = {
  duplicate_key: 'Give each key of a map once.',
  multiple_documents: 'Send one document: remove the `---` and what follows it.',
  unknown_tag: 'Remove the tag; a definition is plain data.',
  yaml_alias: 'Define the anchor before its alias.',
  too_deep: 'Flatten the definition.',
};

const toIssue = (fault: YAMLError, text: string): Issue => {
  const code = YAML_CODES[fault.code] ?? 'yaml_syntax';
  const line = fault.linePos?.[0].line;
  const [summary = ''] = fault.message.split(/ at line \d+|\n/);
  const looksLikeJson = /^\s*[[{]/.test(text);
  const advice =
    ADVICE[code] ??
    (looksLikeJson ? 'Check commas, quotes and brackets near this line.' : 'Check indentation and quotes near this line.');
  return { code, path: '', ...(line === undefined ? {} : { line }), message: `${summary.replace(/[.:]?$/, '.')} ${advice}` };
};

/** JSON that the YAML parser refuses (tabs as indentation): good data without lines. */
const readPlainJson = (text: string): DocumentResult | undefined => {
  if (!/^\s*\{/.test(text) || /^\s*\{\s*\{/.test(text)) return undefined;
  try {
    const root: unknown = JSON.parse(text);
    if (!isJsonObject(root) || depthOf(root) > DEEPEST || hasBadKey(root)) return undefined;
    return { ok: true, document: { root, lineOf: () => undefined, sourceOf: () => undefined } };
  } catch {
    return undefined;
  }
};

const depthOf = (value: Json, depth = 0): number => {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return depth;
  return Object.values(value).reduce<number>((most, item) => Math.max(most, depthOf(item, depth + 1)), depth);
};
const hasBadKey = (value: Json): boolean =>
  typeof value === 'object' && value !== null && (Object.hasOwn(value, '__proto__') || Object.values(value).some(hasBadKey));

interface Located {
  readonly offset: number;
  readonly source?: string;
}

const toData = (parsed: Document.Parsed, lines: LineCounter): DocumentResult => {
  const located = new Map<string, Located>();
  const issues: Issue[] = [];
  let values = 0;
  const lineAt = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  const report = (code: string, place: Place, node: Node | null, message: string): null => {
    const line = lineAt(node?.range?.[0]);
    if (issues.length < 20) issues.push({ code, path: formatPlace(place), ...(line === undefined ? {} : { line }), message });
    return null;
  };
  const keyText = (key: unknown): string | undefined => {
    if (!isScalar(key) || typeof key.value === 'object') return undefined;
    return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
  };

  const read = (node: Node | null, place: Place, depth: number): Json => {
    values += 1;
    if (values > MOST_VALUES) {
      if (values === MOST_VALUES + 1)
        report('yaml_alias', place, node, 'The definition grows too large when its aliases are expanded; write fewer of them.');
      return null;
    }
    if (depth > DEEPEST)
      return report('too_deep', place, node, `Maps and lists may be nested ${DEEPEST} deep; flatten the definition.`);
    if (node === null) return null;
    if (isAlias(node)) {
      const target = node.resolve(parsed);
      // An alias inside its own anchor never ends: the depth limit stops it.
      return target === undefined
        ? report('yaml_alias', place, node, 'Define the anchor before its alias.')
        : read(target, place, depth + 1);
    }
    if (isMap(node)) return readMap(node, place, depth);
    if (isSeq(node))
      return node.items.map((item, index) => remember([...place, index], item as Node | null, item as Node | null, depth));
    return isScalar(node) ? readScalar(node, place) : null;
  };
  const remember = (place: Place, at: Node | null, value: Node | null, depth: number): Json => {
    const key = formatPlace(place);
    const source = isScalar(value) ? value.source : undefined;
    if (at?.range && !located.has(key)) located.set(key, { offset: at.range[0], ...(source === undefined ? {} : { source }) });
    return read(value, place, depth + 1);
  };
  const readMap = (node: Extract<Node, { items: unknown[] }> & { items: unknown[] }, place: Place, depth: number): Json => {
    const object: JsonObject = {};
    for (const pair of node.items as { key: Node | null; value: Node | null }[]) {
      const key = pair.key === null ? '' : keyText(pair.key);
      if (key === undefined) report('invalid_key', place, pair.key, 'Write map keys as plain text.');
      else if (key === '__proto__')
        report('invalid_key', place, pair.key, 'The key `__proto__` is not allowed; choose another name.');
      else if (Object.hasOwn(object, key)) report('duplicate_key', [...place, key], pair.key, 'Give each key of a map once.');
      else object[key] = remember([...place, key], pair.key, pair.value, depth);
    }
    return object;
  };
  const readScalar = (node: { value: unknown; range?: [number, number, number] | null }, place: Place): Json => {
    const { value } = node;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return report(
      'invalid_value',
      place,
      node as Node,
      'Only text, finite numbers, booleans, null, maps and lists are data of a definition.',
    );
  };

  const root = read(parsed.contents, [], 0);
  if (issues.length > 0) return { ok: false, issues };
  if (root === null) return refuse('empty_definition', 'The definition is empty; it needs `nodes` with at least one node.');
  if (!isJsonObject(root)) return refuse('invalid_value', 'A definition is a map with `nodes`; put the nodes under `nodes:`.', 1);
  const find = (place: Place): Located | undefined => {
    for (let length = place.length; length > 0; length -= 1) {
      const found = located.get(formatPlace(place.slice(0, length)));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    ok: true,
    document: {
      root,
      lineOf: (place) => lineAt(find(place)?.offset) ?? 1,
      sourceOf: (place) => located.get(formatPlace(place))?.source,
    },
  };
};
