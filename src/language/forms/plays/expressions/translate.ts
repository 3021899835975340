import type { Json } from '../../../../flow';
import { didYouMean } from '../../../suggest';
import { FUNCTIONS } from './functions';
import { parseExpression, type Step, type Term } from './parse';

/** What a ref means to the layers that may read it. */
export type RefMeaning =
  /** `ownState`: its output has a member `state` of its own. */
  | { readonly kind: 'layer'; readonly ownState: boolean }
  /** Inside its body: `total` is CEL. `kept`: the node that keeps its item for an iterator inside, whose own would hide it. */
  | { readonly kind: 'iterator'; readonly total: string; readonly kept?: string };

/** The names that the expressions of one layer know. */
export interface Names {
  readonly refs: ReadonlyMap<string, RefMeaning>;
  /** Refs of the whole document, to tell a wrong order from a wrong name. */
  readonly known: ReadonlySet<string>;
  /** CEL of `$item`, inside array-filter and array-map. */
  readonly item?: string;
  /** CEL of `$data`, inside template. */
  readonly data?: string;
  /** CEL of a value of the key-value store, by the CEL of its key; absent where none can be read. */
  readonly kv?: (key: string) => string;
}

/** An expression that has no meaning here: why, and what to write. */
export class Refused extends Error {
  readonly code: RefusalCode;
  readonly suggestion: string | undefined;
  constructor(code: RefusalCode, message: string, suggestion?: string) {
    super(message);
    this.code = code;
    this.suggestion = suggestion;
  }
}
type RefusalCode =
  'expression_syntax' | 'unknown_function' | 'unknown_root' | 'unknown_node' | 'node_not_visible' | 'unsupported';

const PLAIN = /^[A-Za-z_]\w*$/;
const RESERVED: readonly string[] = ['in', 'true', 'false', 'null'];

const member = (step: Step): string => {
  if (typeof step === 'number') return `[${step}]`;
  return PLAIN.test(step) && !RESERVED.includes(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
};
const members = (steps: readonly Step[]): string => steps.map(member).join('');

/** The output of a layer, or a part of it. */
export const outputOf = (ref: string, steps: readonly Step[] = []): string => `nodes${members([ref, ...steps])}`;
const stateOf = (ref: string): string => `states${members([ref])}`;

const toPrev = ([ref, ...steps]: readonly Step[], names: Names): string => {
  if (ref === 'args' || ref === 'input') return `input${members(steps)}`;
  if (typeof ref !== 'string')
    throw new Refused('expression_syntax', 'Name what comes after `$prev`: `args` or the ref of a layer.');
  const meaning = names.refs.get(ref);
  if (meaning === undefined) throw unknownRef(ref, names);
  if (meaning.kind === 'iterator')
    return meaning.kept === undefined ? toIteration(ref, steps, meaning.total) : toKept(ref, steps, meaning.kept);
  if (steps.length !== 1 || steps[0] !== 'state') return outputOf(ref, steps);
  return meaning.ownState ? `(${outputOf(ref, steps)} ?? ${stateOf(ref)})` : stateOf(ref);
};

const unknownRef = (ref: string, { known, refs }: Names): Refused =>
  known.has(ref)
    ? new Refused(
        'node_not_visible',
        `The layer \`${ref}\` has not ended when this one starts, or is inside an iterator; give it a lower index, or read it through an aggregator.`,
      )
    : new Refused(
        'unknown_node',
        `There is no layer \`${ref.slice(0, 100)}\` to read from.`,
        didYouMean(ref, ['args', ...refs.keys()]),
      );

const ITERATION: readonly string[] = ['item', 'index', 'total', 'isLast'];

/** The item and its place, as an expression for a node that keeps them. */
export const iterationOf = (total: string): string => toIteration('', [], total);

const toKept = (ref: string, steps: readonly Step[], kept: string): string => {
  if (steps[0] !== undefined && !ITERATION.includes(String(steps[0]))) throw noMember(ref, steps[0]);
  return outputOf(kept, steps);
};

const noMember = (ref: string, name: Step): Refused =>
  new Refused('unknown_node', `The iterator \`${ref}\` gives ${ITERATION.join(', ')}, not \`${name}\`.`);

const toIteration = (ref: string, [name, ...steps]: readonly Step[], total: string): string => {
  const parts: Readonly<Record<string, string>> = {
    item: 'item',
    index: 'index',
    total,
    isLast: `(index + 1 == ${total})`,
  };
  if (name === undefined) return `{"item": item, "index": index, "total": ${total}, "isLast": index + 1 == ${total}}`;
  const part = typeof name === 'string' && Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (part === undefined) throw noMember(ref, name);
  return `${part}${members(steps)}`;
};

const ROOTS: readonly string[] = ['$prev', '$flowId', '$secrets', '$item', '$data', '$kv', '$date', '$rand', '$q'];

const toPath = (root: string, steps: readonly Step[], names: Names): string => {
  if (root === 'prev') return toPrev(steps, names);
  if (root === 'flowId' && steps.length === 0) return 'run.flow.id';
  if (root === 'secrets') return `secrets${members(steps)}`;
  const own = root === 'item' ? names.item : root === 'data' ? names.data : undefined;
  if (own !== undefined) return `${own}${members(steps)}`;
  const text = `$${root}`;
  if (ROOTS.includes(text))
    throw new Refused(
      'unknown_root',
      `\`${text}\` has no meaning in this place; see the module, and \`$prev\` for what came before.`,
    );
  throw new Refused('unknown_root', `Expressions do not know \`${text.slice(0, 100)}\`.`, didYouMean(text, ROOTS));
};

/** Keys are kept by flow, for the whole workspace, or under a name that flows share. */
const KV_KEYS: Readonly<Record<string, { readonly count: number; readonly key: (args: readonly string[]) => string }>> = {
  '$kv.get': { count: 1, key: ([key = '']) => kvKey.flow(key) },
  '$kv.getGlobal': { count: 1, key: ([key = '']) => key },
  '$kv.getScoped': { count: 2, key: ([scope = '', key = '']) => kvKey.group(scope, key) },
};
/** CEL of a stored key from the CEL of its parts. */
export const kvKey = {
  flow: (key: string): string => `("~flow/" + run.flow.id + "/" + string(${key}))`,
  group: (scope: string, key: string): string => `("~group/" + string(${scope}) + "/" + string(${key}))`,
} as const;

const toKvRead = (name: string, args: readonly string[], names: Names): string | undefined => {
  const read = Object.hasOwn(KV_KEYS, name) ? KV_KEYS[name] : undefined;
  if (read === undefined) return undefined;
  if (args.length !== read.count) throw arityOf(name, read.count, read.count, args.length);
  if (names.kv === undefined)
    throw new Refused(
      'unsupported',
      `\`${name}\` cannot be read here; read the key with a kv-get layer before, and use its \`value\`.`,
    );
  return names.kv(read.key(args));
};

const arityOf = (name: string, min: number, max: number, count: number): Refused =>
  new Refused('expression_syntax', `\`${name}\` takes ${min === max ? min : `${min} to ${max}`} arguments, it has ${count}.`);

const toCall = (name: string, args: readonly Term[], names: Names): string => {
  const values = args.map((arg) => toCel(arg, names));
  const stored = toKvRead(name, values, names);
  if (stored !== undefined) return stored;
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known === undefined)
    throw new Refused(
      'unknown_function',
      `There is no function \`${name.slice(0, 100)}\`; text stands in double quotes.`,
      didYouMean(name, [...Object.keys(FUNCTIONS), ...Object.keys(KV_KEYS)]),
    );
  if (args.length < known.min || args.length > known.max) throw arityOf(name, known.min, known.max, args.length);
  const cel = known.cel(
    values,
    args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined)),
  );
  if (typeof cel === 'string') return cel;
  throw new Refused('unsupported', cel[0]);
};

const toCel = (term: Term, names: Names): string => {
  if (term.kind === 'literal') return JSON.stringify(term.value);
  return term.kind === 'path' ? toPath(term.root, term.steps, names) : toCall(term.name, term.args, names);
};

/** CEL of the text between the braces. Throws Refused. */
export const translateExpression = (source: string, names: Names): string => {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Refused('expression_syntax', parsed.message);
  return toCel(parsed.term, names);
};

/** CEL of a JSON value whose texts are translated by `ofText`. */
export const translateJson = (value: Json, ofText: (text: string) => string): string => {
  if (typeof value === 'string') return ofText(value);
  if (Array.isArray(value)) return `[${value.map((item) => translateJson(item, ofText)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${translateJson(item, ofText)}`)
    .join(', ')}}`;
};
