import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import { LIMITS } from '../limits';
import { utf8Length } from './bytes';
import type { ExpressionIssue, ParseResult } from './contract';
import { rewrite } from './rewrite';

/** A parsed expression: the library's tree, whose offsets are translated to the source as written. */
export interface Parsed {
  readonly ast: ASTNode;
  readonly source: string;
  /** Source text of a node, as the author wrote it. */
  readonly textOf: (node: ASTNode) => string;
  readonly offsetOf: (node: ASTNode) => number;
}

const environment = new Environment({
  limits: {
    maxAstNodes: LIMITS.expressionAstNodes,
    maxDepth: 250,
    maxListElements: 1_000,
    maxMapEntries: 1_000,
    maxCallArguments: 32,
  },
});

/** The parser's token names in the reader's spelling. */
const TOKEN_NAMES: Readonly<Record<string, string>> = {
  EOF: 'the end',
  LPAREN: '`(`',
  RPAREN: '`)`',
  LBRACKET: '`[`',
  RBRACKET: '`]`',
  LBRACE: '`{`',
  RBRACE: '`}`',
  IDENTIFIER: 'a name',
  NUMBER: 'a number',
  STRING: 'text',
  COMMA: '`,`',
  COLON: '`:`',
  DOT: '`.`',
  QUESTION: '`?`',
};
const readable = (summary: string): string =>
  summary.replaceAll(/\b[A-Z]{3,}\b/g, (name) => TOKEN_NAMES[name] ?? name.toLowerCase());

/** What people of other languages write, at the place where the parser stops. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^=>/, 'Write `list.map(x, x.price)`.'],
  [/^={1,2}(?!=)/, 'Write `==` to compare.'],
  [/^&(?!&)/, 'Write `&&`.'],
  [/^\|(?!\|)/, 'Write `||`.'],
  [/^(?:and|or|not)\b/i, 'Write `&&`, `||` or `!`.'],
  [/^\?/, 'Write `input.name ?? "default"` for a path that may be missing.'],
  [/^`/, 'Write text in double or single quotes.'],
  [/^(?:in|true|false|null)\b/, 'Write a member of this name in brackets: `input["in"]`.'],
];

const toIssue = (error: ParseError, toSource: (offset: number) => number, source: string): ExpressionIssue => {
  const offset = toSource(error.range?.start ?? 0);
  if (error.code === 'limit_exceeded')
    return {
      code: 'expression_too_large',
      message: `The expression is too large (${error.summary}); split it over several nodes.`,
      offset,
    };
  const rest = source.slice(offset);
  const hint = HINTS.find(([pattern]) => pattern.test(rest))?.[1];
  const message = `The expression does not parse: ${readable(error.summary)}.`;
  return { code: 'expression_syntax', message, offset, ...(hint === undefined ? {} : { suggestion: hint }) };
};

const tooLarge = (message: string): ParseResult<Parsed> => ({
  ok: false,
  issues: [{ code: 'expression_too_large', message, offset: 0 }],
});

const issueOnly = (issue: ExpressionIssue): ParseResult<Parsed> => ({ ok: false, issues: [issue] });

/** Text to tree. Total: whatever the text, the answer is a tree or issues. */
export const parseSource = (source: string): ParseResult<Parsed> => {
  if (utf8Length(source) > LIMITS.expressionBytes)
    return tooLarge(`An expression may have ${LIMITS.expressionBytes} bytes; use a script or jsonata node for more.`);
  if (source.trim() === '') return issueOnly({ code: 'expression_syntax', message: 'The expression is empty.', offset: 0 });
  const { text, toSource, issues } = rewrite(source);
  if (issues.length > 0) return { ok: false, issues };
  try {
    const { ast } = environment.parse(text);
    const offsetOf = (node: ASTNode): number => toSource(node.start);
    const textOf = (node: ASTNode): string => source.slice(toSource(node.start), toSource(node.end));
    return { ok: true, value: { ast, source, offsetOf, textOf } };
  } catch (error) {
    if (error instanceof ParseError) return issueOnly(toIssue(error, toSource, source));
    // The parser recurses over `!!!…` and `---…` without a limit of its own.
    if (error instanceof RangeError) return tooLarge('The expression is nested too deep; split it over several nodes.');
    throw error;
  }
};
