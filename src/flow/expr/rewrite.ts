import { ceil, max, min, stringify } from './globals';
import type { ExpressionIssue } from './contract';
import { tokenize, type Token } from './tokens';

/** The function that `left ?? right` becomes; `compile` knows it, authors cannot call it. */
export const DEFAULT_CALL = '__default';

/** CEL text and the way back from its offsets to those of the source. */
export interface Rewritten {
  readonly text: string;
  readonly toSource: (offset: number) => number;
  readonly issues: readonly ExpressionIssue[];
}

interface Piece {
  readonly text: string;
  /** Offset in the source that this piece stands for. */
  readonly from: number;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  readonly issues: ExpressionIssue[];
}

const syntax = (message: string, offset: number, suggestion?: string): ExpressionIssue => ({
  code: 'expression_syntax',
  message,
  offset,
  ...(suggestion === undefined ? {} : { suggestion }),
});

const ENDS_SEGMENT = new Set([',', ':', '?']);

const toPiece = (token: Token, issues: ExpressionIssue[]): Piece => {
  if (token.kind !== 'name' || !token.text.startsWith('$')) {
    if (token.text === DEFAULT_CALL) issues.push(syntax('Names that start with `__` are reserved; write `a ?? b`.', token.start));
    return { text: token.text, from: token.start };
  }
  if (token.text !== '$prev') {
    const plain = token.text.slice(1);
    issues.push(syntax(`Only \`$prev\` starts with \`$\`.`, token.start, plain === '' ? undefined : `Write \`${plain}\`.`));
  }
  return { text: token.text.slice(1), from: token.start };
};

/** Operands between `??` up to the end of the segment; nested brackets are segments of their own. */
const readOperands = (reader: Reader): { readonly operands: Piece[][]; readonly marks: number[] } => {
  const operands: Piece[][] = [[]];
  const marks: number[] = [];
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined || token.kind === 'close' || ENDS_SEGMENT.has(token.text)) return { operands, marks };
    reader.at += 1;
    if (token.text === '??') {
      marks.push(token.start);
      operands.push([]);
      continue;
    }
    const operand = operands.at(-1) ?? [];
    operand.push(toPiece(token, reader.issues));
    if (token.kind === 'open') operand.push(...readLevel(reader));
  }
};

/** `a ?? b ?? c` → `__default(a, __default(b, c))`: right-associative, looser than `||`, tighter than `? :` (as in JavaScript). */
const readSegment = (reader: Reader): Piece[] => {
  const { operands, marks } = readOperands(reader);
  for (const [index, mark] of marks.entries()) {
    if (operands[index]?.length === 0 || operands[index + 1]?.length === 0)
      reader.issues.push(syntax('`??` needs a value on both sides.', mark, 'Write `input.name ?? "default"`.'));
  }
  return operands.reduceRight((right, left, index) => {
    const from = marks[index] ?? 0;
    return [{ text: `${DEFAULT_CALL}(`, from }, ...left, { text: ',', from }, ...right, { text: ')', from }];
  });
};

/** Everything up to and with the closing bracket of this level, or the end of the text. */
const readLevel = (reader: Reader): Piece[] => {
  const pieces: Piece[] = [];
  for (;;) {
    pieces.push(...readSegment(reader));
    const token = reader.tokens[reader.at];
    if (token === undefined) return pieces;
    reader.at += 1;
    pieces.push({ text: token.text, from: token.start });
    if (token.kind === 'close') return pieces;
  }
};

/** Joins the pieces with spaces, so that no two tokens grow together, and keeps where each came from. */
const assemble = (pieces: readonly Piece[]): Omit<Rewritten, 'issues'> => {
  const starts: number[] = [];
  let text = '';
  for (const piece of pieces) {
    starts.push(text.length);
    text += `${piece.text} `;
  }
  const toSource = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low];
    return piece === undefined ? 0 : piece.from + min(max(offset - (starts[low] ?? 0), 0), piece.text.length);
  };
  return { text, toSource };
};

/** `nodes.resize-1` reads as a subtraction in CEL: it is refused with the way to write it. */
const dashedIds = (tokens: readonly Token[]): ExpressionIssue[] =>
  tokens.flatMap((root, at) => {
    const id = tokens[at + 2];
    const before = tokens[at - 1]?.text;
    if ((root.text !== 'nodes' && root.text !== '$prev') || before === '.' || tokens[at + 1]?.text !== '.' || id?.kind !== 'name')
      return [];
    let name = id.text;
    let end = id.end;
    for (let next = at + 3; ; next += 2) {
      const dash = tokens[next];
      const part = tokens[next + 1];
      if (dash?.text !== '-' || dash.start !== end || part === undefined || part.start !== dash.end) break;
      if (part.kind !== 'name' && part.kind !== 'number') break;
      name += `-${part.text}`;
      end = part.end;
    }
    if (name === id.text) return [];
    name = name.slice(0, 100);
    return [
      syntax(
        `\`${root.text}.${name}\` is a subtraction; an id with a dash is read in brackets.`,
        id.start,
        `Write \`${root.text}[${stringify(name)}]\`, or put spaces around \`-\` to subtract.`,
      ),
    ];
  });

/** Deeper than anyone writes, shallow enough for the stack of every recursive step here and in the parser. */
const MAX_BRACKETS = 200;
const CLOSED_BY: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The first bracket that is nested too deep, never closed, or closes nothing. */
const bracketIssue = (tokens: readonly Token[]): ExpressionIssue | undefined => {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.kind === 'open' && open.push(token) > MAX_BRACKETS) {
      const message = `Brackets are nested more than ${MAX_BRACKETS} deep; split the expression over several nodes.`;
      return { code: 'expression_too_large', message, offset: token.start };
    }
    if (token.kind !== 'close') continue;
    const opening = open.pop();
    if (opening === undefined) return syntax(`\`${token.text}\` closes nothing.`, token.start);
    const closing = CLOSED_BY[opening.text] ?? '';
    if (closing !== token.text)
      return syntax(`\`${opening.text}\` needs a \`${closing}\` before \`${token.text}\`.`, opening.start);
  }
  const [first] = open;
  return first === undefined ? undefined : syntax(`\`${first.text}\` is never closed.`, first.start);
};

/** Rewrites the token stream (never inside strings) to plain CEL. Total: faults are issues. */
export const rewrite = (source: string): Rewritten => {
  const tokens = tokenize(source).filter((token) => token.kind !== 'comment');
  const bracket = bracketIssue(tokens);
  if (bracket !== undefined) return { text: '', toSource: () => bracket.offset, issues: [bracket] };
  const issues = dashedIds(tokens);
  if (
    !tokens.some(
      (token) => token.text === '??' || token.text === DEFAULT_CALL || (token.kind === 'name' && token.text.startsWith('$')),
    )
  )
    return { text: source, toSource: (offset) => offset, issues };
  const reader: Reader = { tokens, at: 0, issues };
  return { ...assemble(readLevel(reader)), issues };
};
