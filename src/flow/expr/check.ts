import type { Json } from '../json';
import type { CheckedExpression, ParseResult, Reference } from './contract';
import { parsedOrThrow } from './evaluate';
import { bareProgramOf } from './program';
import { templateOf } from './template';
import { eachTemplate } from './walk';

const checked = (result: ParseResult<CheckedExpression>): ParseResult<CheckedExpression> =>
  result.ok ? { ok: true, value: { references: result.value.references } } : result;

/** Parse and limit checks of a bare expression, without data. Never throws. */
export const checkExpression = (source: string): ParseResult<CheckedExpression> => checked(bareProgramOf(source));

/** The same for every templated string of a params tree, with its path in the tree. Offsets count in that string. */
export const checkTemplate = (
  template: Json,
): readonly { readonly where: readonly (string | number)[]; readonly result: ParseResult<CheckedExpression> }[] => {
  const found: { where: readonly (string | number)[]; result: ParseResult<CheckedExpression> }[] = [];
  eachTemplate(template, (text, where) => {
    found.push({ where, result: checked(templateOf(text)) });
  });
  return found;
};

/** Paths that a bare expression reads; parsed once per source text. Throws `expression_error` on text that does not parse. */
export const expressionReferences = (source: string): readonly Reference[] =>
  parsedOrThrow(bareProgramOf(source), source).references;

/** Paths that all expressions of a params tree read. Throws like expressionReferences. */
export const templateReferences = (template: Json): readonly Reference[] => {
  const found: Reference[] = [];
  eachTemplate(template, (text) => {
    found.push(...parsedOrThrow(templateOf(text), text).references);
  });
  return found;
};
