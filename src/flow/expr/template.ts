import { LIMITS } from '../limits';
import { utf8Length } from './bytes';
import type { ExpressionIssue, ParseResult, Reference } from './contract';
import { createCache } from './lru';
import { programOf, type Program } from './program';
import { scanTemplate, type TemplatePart } from './template-scan';

/** A templated string that is ready to run. */
export interface Template {
  /** The only part is an expression: its value keeps its type. */
  readonly single?: Program;
  readonly parts: readonly (string | Program)[];
  readonly references: readonly Reference[];
}

const issue = (code: ExpressionIssue['code'], message: string, offset: number, suggestion: string): ParseResult<Template> => ({
  ok: false,
  issues: [{ code, message, offset, suggestion }],
});

const moved = <T extends { readonly offset: number }>(items: readonly T[], by: number): T[] =>
  items.map((item) => ({ ...item, offset: item.offset + by }));

/** A block of YAML ends with a line break that nobody means as text. */
const withoutLastLineBreak = (parts: readonly TemplatePart[]): readonly TemplatePart[] => {
  const [first, second, third] = parts;
  const isBreak = second !== undefined && 'text' in second && /^\r?\n$/.test(second.text);
  return first !== undefined && 'source' in first && isBreak && third === undefined ? [first] : parts;
};

const make = (text: string): ParseResult<Template> => {
  if (utf8Length(text) > LIMITS.templateBytes)
    return issue(
      'expression_too_large',
      `A text with expressions may have ${LIMITS.templateBytes} bytes.`,
      0,
      'Move data to `vars` or the input.',
    );
  const scanned = scanTemplate(text);
  if (!scanned.ok) {
    const { opening, closing, offset } = scanned;
    return issue(
      'expression_syntax',
      `\`${opening}\` has no \`${closing}\`.`,
      offset,
      `Write \`\\${opening}\` for the characters themselves.`,
    );
  }
  const parts: (string | Program)[] = [];
  const references: Reference[] = [];
  const issues: ExpressionIssue[] = [];
  for (const part of withoutLastLineBreak(scanned.parts)) {
    if ('text' in part) {
      parts.push(part.text);
      continue;
    }
    const program = programOf(part.source);
    if (program.ok) {
      parts.push(program.value);
      references.push(...moved(program.value.references, part.offset));
    } else issues.push(...moved(program.issues, part.offset));
  }
  if (issues.length > 0) return { ok: false, issues };
  const [single] = parts;
  const isSingle = parts.length === 1 && single !== undefined && typeof single !== 'string';
  return { ok: true, value: { parts, references, ...(isSingle ? { single } : {}) } };
};

const templates = createCache<ParseResult<Template>>({ entries: 1_000, chars: 262_144 });

/** The template of a string for which isTemplated() holds. */
export const templateOf = (text: string): ParseResult<Template> => templates.get(text, make);
