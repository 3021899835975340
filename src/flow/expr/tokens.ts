import { min } from './globals';
/** One lexical unit of CEL with our two additions (`??`, `$prev`). Offsets count UTF-16 units of the source. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'open' | 'close' | 'operator' | 'comment';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const NAME = /[$A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+[uU]?|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[uU]?/y;
const SPACE = /\s+/y;
const OPERATORS = ['??', '&&', '||', '==', '!=', '<=', '>='];
const OPENING = '([{';
const CLOSING = ')]}';

const matchAt = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
};

/** Length of the prefix of a string literal that starts here (`r"`, `b'`), or -1 when no literal starts here. */
const stringPrefix = (source: string, at: number): number => {
  const quoteAt = (index: number): boolean => source[index] === '"' || source[index] === "'";
  if (quoteAt(at)) return 0;
  return 'rRbB'.includes(source[at] ?? ' ') && quoteAt(at + 1) ? 1 : -1;
};

/** Where the string literal at `at` ends; an unterminated one ends at `limit`. As in the parser, `\\` skips a character in raw literals too. */
const stringEnd = (source: string, at: number, limit: number, prefix: number): number => {
  const open = at + prefix;
  const quote = source[open] ?? '"';
  const delimiter = source.startsWith(quote.repeat(3), open) ? quote.repeat(3) : quote;
  let index = open + delimiter.length;
  while (index < limit) {
    if (source.startsWith(delimiter, index)) return min(index + delimiter.length, limit);
    index += source[index] === '\\' ? 2 : 1;
  }
  return limit;
};

const kindOf = (char: string): Token['kind'] => (OPENING.includes(char) ? 'open' : CLOSING.includes(char) ? 'close' : 'operator');

/** The token at `at`, which is no white space. */
const tokenAt = (source: string, at: number, limit: number): Token => {
  const token = (kind: Token['kind'], end: number): Token => ({ kind, text: source.slice(at, end), start: at, end });
  const prefix = stringPrefix(source, at);
  if (prefix >= 0) return token('string', stringEnd(source, at, limit, prefix));
  if (source.startsWith('//', at)) {
    const newline = source.indexOf('\n', at);
    return token('comment', newline < 0 ? limit : min(newline, limit));
  }
  const name = matchAt(NAME, source, at);
  if (name !== undefined) return token('name', at + name.length);
  const number = matchAt(NUMBER, source, at);
  if (number !== undefined) return token('number', at + number.length);
  const operator = OPERATORS.find((text) => source.startsWith(text, at)) ?? source.charAt(at);
  return token(kindOf(operator), at + operator.length);
};

/** Tokens from `start`, lazily: a template stops where its expression ends. Total: any text has tokens. */
export function* tokensFrom(source: string, start: number): Generator<Token, void> {
  let at = start;
  while (at < source.length) {
    const space = matchAt(SPACE, source, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = tokenAt(source, at, source.length);
    yield token;
    at = token.end;
  }
}

export const tokenize = (source: string): readonly Token[] => [...tokensFrom(source, 0)];
