import { tokensFrom } from './tokens';

/** A part of a templated string: text as it is, or the source of an expression and where it starts in the string. */
export type TemplatePart = { readonly text: string } | { readonly source: string; readonly offset: number };

export type Scanned =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  /** An opening without its end, at this offset. */
  | { readonly ok: false; readonly offset: number; readonly opening: string; readonly closing: string };

const OPENING = /\\?(?:\{\{|\$\{)/g;

/** Cheap test that most strings fail. */
export const isTemplated = (text: string): boolean => text.includes('{{') || text.includes('${');

/** A comment inside an expression ends with it: `{{ a // note }}`. */
const commentEnd = (text: string, start: number, end: number, closing: string): number => {
  const at = text.indexOf(closing, start);
  return at >= 0 && at < end ? at : -1;
};

/** Where the expression that starts at `start` ends: the first `closing` outside of strings and inner braces. */
const expressionEnd = (text: string, start: number, closing: string): number => {
  let braces = 0;
  for (const token of tokensFrom(text, start)) {
    if (token.kind === 'comment') {
      const end = commentEnd(text, token.start, token.end, closing);
      if (end >= 0) return end;
    } else if (token.text === '{') braces += 1;
    else if (token.text === '}') {
      if (braces === 0) return text.startsWith(closing, token.start) ? token.start : -1;
      braces -= 1;
    }
  }
  return -1;
};

/** Splits a string at `{{ … }}` and `${ … }`; `\{{` and `\${` are literal. */
export const scanTemplate = (text: string): Scanned => {
  const parts: TemplatePart[] = [];
  let literal = '';
  let from = 0;
  OPENING.lastIndex = 0;
  for (let match = OPENING.exec(text); match !== null; match = OPENING.exec(text)) {
    const mark = match[0];
    literal += text.slice(from, match.index);
    from = match.index + mark.length;
    if (mark.startsWith('\\')) {
      literal += mark.slice(1);
      continue;
    }
    const closing = mark === '{{' ? '}}' : '}';
    const end = expressionEnd(text, from, closing);
    if (end < 0) return { ok: false, offset: match.index, opening: mark, closing };
    if (literal !== '') parts.push({ text: literal });
    literal = '';
    parts.push({ source: text.slice(from, end), offset: from });
    from = end + closing.length;
    OPENING.lastIndex = from;
  }
  literal += text.slice(from);
  if (literal !== '') parts.push({ text: literal });
  return { ok: true, parts };
};
