import type { Json } from '../../../../flow';
import { Refused, translateExpression, translateJson, type Names } from './translate';

type Part = { readonly text: string } | { readonly source: string };

/** Where the expression that starts at `from` ends; -1 when it does not. Braces inside of quotes are text. */
const endOf = (text: string, from: number): number => {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === '"' && char === '\\') at += 1;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === '`') quote = char;
    else if (text.startsWith('}}', at)) return at;
  }
  return -1;
};

const scan = (text: string): Part[] => {
  const parts: Part[] = [];
  let from = 0;
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', from)) {
    const end = endOf(text, at + 2);
    if (end < 0) throw new Refused('expression_syntax', '`{{` has no `}}`; close the expression.');
    if (at > from) parts.push({ text: text.slice(from, at) });
    parts.push({ source: text.slice(at + 2, end) });
    from = end + 2;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
};

/** Whether a text holds an expression. */
export const isTemplated = (text: string): boolean => text.includes('{{');

const quoted = (text: string): string => JSON.stringify(text);

/** Text that our own templates would read as theirs becomes an expression of itself. */
const literal = (text: string): string => (/\$\{|\\$/.test(text) ? `{{ ${quoted(text)} }}` : text);

/** A text with expressions as a template of ours: a whole value keeps its type. Throws Refused. */
export const toTemplateText = (text: string, names: Names): string => {
  const parts = scan(text);
  return parts.map((part) => ('text' in part ? literal(part.text) : `{{ ${translateExpression(part.source, names)} }}`)).join('');
};

/** The same as one CEL expression. Throws Refused. */
const toCelText = (text: string, names: Names): string => {
  const parts = scan(text);
  const [only] = parts;
  if (only === undefined) return '""';
  const cel = (part: Part): string => ('text' in part ? quoted(part.text) : translateExpression(part.source, names));
  if (parts.length === 1) return cel(only);
  return `(${parts.map((part) => ('text' in part ? cel(part) : `string(${cel(part)})`)).join(' + ')})`;
};

/** CEL of any value of a document. Throws Refused. */
export const toCelValue = (value: Json, names: Names): string => translateJson(value, (text) => toCelText(text, names));

/** CEL of a condition: the whole text is one expression, with or without braces. Throws Refused. */
export const toCelCondition = (value: Json, names: Names): string => {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw new Refused('expression_syntax', 'A condition is an expression; write it as text.');
  if (!isTemplated(value)) return translateExpression(value, names);
  const [only, ...rest] = scan(value.trim());
  if (only === undefined || 'text' in only || rest.length > 0)
    throw new Refused('expression_syntax', 'A condition is one expression; put `{{ }}` around all of it.');
  return translateExpression(only.source, names);
};
