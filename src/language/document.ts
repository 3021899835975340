import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import { isJsonObject, LIMITS, type Issue, type Json, type JsonObject } from '../flow';
import { formatPlace, type Place } from './place';

/** A definition text as data, with the way back to its lines. */
export interface SourceDocument {
  readonly root: JsonObject;
  /** Line (from 1) of a place; of the nearest place around it when the place is not in the text. */
  lineOf(place: Place): number | undefined;
  /** The text of a scalar as written: `1.0` for a version that YAML reads as the number 1. */
  sourceOf(place: Place): string | undefined;
  /** Where the author wrote what stands at a place, when the text is of another form. */
  originOf?(place: Place): Place;
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
  const first = opensTooDeep(text) ? undefined : parseYaml(text);
  if (first === undefined) return refuse('too_deep', `Maps and lists may be nested ${DEEPEST} deep; flatten the definition.`);
  // JSON that is indented with tabs: YAML refuses the tabs, and JSON has none inside its texts.
  const again =
    first.faults.length > 0 && text.includes('\t') && isJson(text) ? parseYaml(text.replaceAll('\t', ' ')) : undefined;
  const { parsed, lines, faults } = again ?? first;
  if (faults.length > 0) return { ok: false, issues: faults.slice(0, 20).map((fault) => toIssue(fault, text, lines)) };
  return toData(parsed, lines);
};

/** More open brackets than any real definition has; the parser would take seconds to say so. */
const MOST_OPEN = 1_000;
const opensTooDeep = (text: string): boolean => {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[{\]}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > MOST_OPEN) return true;
  }
  return false;
};

interface Parsed {
  readonly parsed: Document.Parsed;
  readonly lines: LineCounter;
  readonly faults: readonly YAMLError[];
}

/** Undefined for text nested so deep that the parser's recursion ends its stack. */
const parseYaml = (text: string): Parsed | undefined => {
  const lines = new LineCounter();
  // The parser compares each key with all before it; `toData` finds repeated keys without that.
  const options = {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    resolveKnownTags: false,
    logLevel: 'error',
  } as const;
  try {
    const parsed = parseDocument(text, options);
    return { parsed, lines, faults: [...parsed.errors, ...parsed.warnings] };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const YAML_CODES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'multiple_documents',
  TAG_RESOLVE_FAILED: 'unknown_tag',
  BAD_ALIAS: 'yaml_alias',
  RESOURCE_EXHAUSTION: 'too_deep',
};
const ADVICE: Readonly<Record<string, string>> = {
  multiple_documents: 'Send one document: remove the `---` and what follows it.',
  unknown_tag: 'Remove the tag; a definition is plain data.',
  yaml_alias: 'Define the anchor before its alias.',
  too_deep: 'Flatten the definition.',
};

const toIssue = (fault: YAMLError, text: string, lines: LineCounter): Issue => {
  const code = YAML_CODES[fault.code] ?? 'yaml_syntax';
  const line = lines.linePos(fault.pos[0]).line;
  const [summary = ''] = fault.message.split(/ at line \d+|\n/);
  const looksLikeJson = /^\s*[[{]/.test(text);
  const advice =
    ADVICE[code] ??
    (looksLikeJson ? 'Check commas, quotes and brackets near this line.' : 'Check indentation and quotes near this line.');
  return { code, path: '', line, message: `${summary.replace(/[.:]?$/, '.')} ${advice}` };
};

interface Located {
  readonly offset: number;
  readonly source?: string;
}

const toData = (parsed: Document.Parsed, lines: LineCounter): DocumentResult => {
  const located = new Map<string, Located>();
  const issues: Issue[] = [];
  const anchors = new Map<string, Node>();
  let expanding = 0;
  let values = 0;
  const lineAt = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  const report = (code: string, place: Place, node: Node | null, message: string): null => {
    const line = lineAt(node?.range?.[0]);
    if (issues.length < 20) issues.push({ code, path: formatPlace(place), ...(line === undefined ? {} : { line }), message });
    return null;
  };
  const keyText = (key: unknown): string | undefined => {
    if (!isScalar(key)) return undefined;
    const { value, source } = key;
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? (source ?? String(value)) : undefined;
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
    if (isAlias(node)) return expand(node, place, depth);
    // The newest anchor before an alias is meant, in the order of the document.
    if (expanding === 0 && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node)) return readMap(node, place, depth);
    if (isSeq(node))
      return node.items.map((item, index) => remember([...place, index], item as Node | null, item as Node | null, depth));
    return isScalar(node) ? readScalar(node, place) : null;
  };
  /** An alias inside its own anchor never ends: the depth limit stops it. */
  const expand = (alias: Alias, place: Place, depth: number): Json => {
    const target = anchors.get(alias.source);
    if (target === undefined) return report('yaml_alias', place, alias, 'Define the anchor before its alias.');
    expanding += 1;
    const value = read(target, place, depth + 1);
    expanding -= 1;
    return value;
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
