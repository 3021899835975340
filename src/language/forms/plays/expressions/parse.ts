/** The expressions of plays: prefix calls, `upper $prev.args.name`, nested by parentheses. Text to a tree; knows no names. */
export type Step = string | number;

export type Term =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** `$prev.fetch.body.items[0]`: the name after `$`, then its steps. */
  | { readonly kind: 'path'; readonly root: string; readonly steps: readonly Step[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Term[] };

export type Parsed = { readonly ok: true; readonly term: Term } | { readonly ok: false; readonly message: string };

interface Token {
  readonly kind: 'open' | 'close' | 'path' | 'name' | 'string' | 'number';
  readonly text: string;
}

const STEP = String.raw`\.[A-Za-z_][\w-]*|\[\s*(?:\d+|"(?:[^"\\]|\\.)*")\s*\]`;
const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['open', /\(/y],
  ['close', /\)/y],
  ['path', new RegExp(String.raw`\$[A-Za-z]\w*(?:${STEP})*`, 'y')],
  ['string', /"(?:[^"\\]|\\.)*"|`[^`]*`/y],
  ['number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['name', /[A-Za-z]\w*/y],
];

/** Deeper than anyone writes. */
const DEEPEST = 50;

class Unreadable extends Error {}

const tokenize = (source: string): Token[] => {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length;) {
    if (/\s/.test(source.charAt(at))) {
      at += 1;
      continue;
    }
    const found = PATTERNS.map(([kind, pattern]): Token | undefined => {
      pattern.lastIndex = at;
      const text = pattern.exec(source)?.[0];
      return text === undefined ? undefined : { kind, text };
    }).find((token) => token !== undefined);
    if (found === undefined) throw new Unreadable(`\`${source.slice(at, at + 20)}\` cannot be read. ${HINT}`);
    tokens.push(found);
    at += found.text.length;
  }
  return tokens;
};
const HINT =
  'Write a path such as `$prev.args.name`, a literal, or a call such as `upper $prev.args.name`, nested by parentheses.';

const unquote = (text: string): string => {
  if (text.startsWith('`')) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    throw new Unreadable(`The text ${text.slice(0, 40)} has an escape that is not known; write \`\\n\`, \`\\"\` or \`\\\\\`.`);
  }
};

const toPath = (text: string): Term => {
  const root = /^\$\w+/.exec(text)?.[0] ?? '$';
  const steps = [...text.slice(root.length).matchAll(new RegExp(STEP, 'g'))].map(([step]): Step => {
    if (step.startsWith('.')) return step.slice(1);
    const inner = step.slice(1, -1).trim();
    return inner.startsWith('"') ? unquote(inner) : Number(inner);
  });
  return { kind: 'path', root: root.slice(1), steps };
};

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null, nil: null };

const toAtom = (token: Token): Term => {
  if (token.kind === 'path') return toPath(token.text);
  if (token.kind === 'string') return { kind: 'literal', value: unquote(token.text) };
  if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
  const word = Object.hasOwn(WORDS, token.text) ? WORDS[token.text] : undefined;
  return word === undefined ? { kind: 'call', name: token.text, args: [] } : { kind: 'literal', value: word };
};

/** Paths that are functions: `$date.format x "…"`. */
const calledPath = (term: Term): string | undefined =>
  term.kind === 'path' && CALLED_ROOTS.includes(term.root) && term.steps.every((step) => typeof step === 'string')
    ? ['$' + term.root, ...term.steps].join('.')
    : undefined;
const CALLED_ROOTS: readonly string[] = ['kv', 'date', 'rand', 'q'];

/** Reads one level: an atom, or a name and its arguments up to the end or the closing bracket. */
const readLevel = (tokens: readonly Token[], from: number, depth: number): { readonly term: Term; readonly next: number } => {
  if (depth > DEEPEST) throw new Unreadable(`Calls may be nested ${DEEPEST} deep; split the expression over several layers.`);
  const items: Term[] = [];
  let at = from;
  for (let token = tokens[at]; token !== undefined && token.kind !== 'close'; token = tokens[at]) {
    at += 1;
    if (token.kind !== 'open') {
      items.push(toAtom(token));
      continue;
    }
    const inner = readLevel(tokens, at, depth + 1);
    if (tokens[inner.next] === undefined) throw new Unreadable('A `(` is never closed.');
    items.push(inner.term);
    at = inner.next + 1;
  }
  return { term: toTerm(items), next: at };
};

const toTerm = ([head, ...args]: readonly Term[]): Term => {
  if (head === undefined) throw new Unreadable('The expression is empty.');
  if (head.kind === 'call' && head.args.length === 0) return { ...head, args: args.map(calledAlone) };
  const called = calledPath(head);
  if (called !== undefined) return { kind: 'call', name: called, args: args.map(calledAlone) };
  if (args.length > 0)
    throw new Unreadable('A value stands before other values. Calls begin with the name: `add $prev.args.a 1`, not `a + 1`.');
  return head;
};

/** As an argument `$date.now` is a call without arguments. */
const calledAlone = (term: Term): Term => {
  const called = calledPath(term);
  return called === undefined ? term : { kind: 'call', name: called, args: [] };
};

/** Never throws, whatever the text. */
export const parseExpression = (source: string): Parsed => {
  try {
    const tokens = tokenize(source);
    const { term, next } = readLevel(tokens, 0, 0);
    if (next < tokens.length) throw new Unreadable('A `)` closes nothing.');
    return { ok: true, term };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, message: error.message };
    throw error;
  }
};
