import { isRepriseError, RepriseError } from '../errors';
import type { Json } from '../json';
import type { EvalContext, ExpressionIssue, ParseResult, Scope } from './contract';
import { isEvaluationFault } from './fault';
import { bareProgramOf, type Program } from './program';
import { templateOf } from './template';
import { chargeText, measure, textOfValue } from './values';
import { replaceTemplates } from './walk';

const shown = (source: string): string => (source.length > 500 ? `${source.slice(0, 500)}…` : source).trim();

const expressionError = (source: string, message: string, path: string | undefined, cause?: unknown): RepriseError =>
  new RepriseError('expression_error', `${message}, in \`${shown(source)}\``, {
    details: { expression: shown(source), ...(path === undefined ? {} : { path }) },
    ...(cause === undefined ? {} : { cause }),
  });

/** Every way to fail becomes a RepriseError: an exception of another kind would block the workflow task for ever (P11). */
const toRepriseError = (error: unknown, source: string): RepriseError => {
  if (isRepriseError(error)) return error;
  if (isEvaluationFault(error)) return expressionError(source, error.message, error.path);
  if (error instanceof RangeError)
    return new RepriseError('expression_too_costly', 'The expression needs too much memory or depth; work on fewer items');
  return expressionError(source, `The expression failed: ${String(error)}`, undefined, error);
};

/** The value of a parse result; refusals are thrown as `expression_error`. */
export const parsedOrThrow = <T>(result: ParseResult<T>, source: string): T => {
  if (result.ok) return result.value;
  const [issue] = result.issues as readonly [ExpressionIssue, ...ExpressionIssue[]];
  const hint = issue.suggestion === undefined ? '' : ` ${issue.suggestion}`;
  throw new RepriseError('expression_error', `${issue.message}${hint} (in \`${shown(source)}\`)`, {
    details: { expression: shown(source), offset: issue.offset },
  });
};

const runProgram = (program: Program, scope: Scope, context: EvalContext): Json => {
  context.meter.spend(program.cost);
  return program.run({ scope, context, slots: [] });
};

/**
 * The value of a bare expression (marks around it are allowed). Pure: the scope is not changed, and the result may share
 * parts with it. Throws RepriseError `expression_error` {expression, path?} or `expression_too_costly`.
 */
export const evaluateExpression = (source: string, scope: Scope, context: EvalContext): Json => {
  const program = parsedOrThrow(bareProgramOf(source), source);
  try {
    const value = runProgram(program, scope, context);
    if (!program.plain) measure(value, context.meter);
    return value;
  } catch (error) {
    throw toRepriseError(error, source);
  }
};

const resolveText = (text: string, scope: Scope, context: EvalContext): Json => {
  const template = parsedOrThrow(templateOf(text), text);
  const valueOf = (program: Program): Json => {
    try {
      return runProgram(program, scope, context);
    } catch (error) {
      throw toRepriseError(error, program.source);
    }
  };
  if (template.single !== undefined) return valueOf(template.single);
  const texts = template.parts.map((part) => (typeof part === 'string' ? part : textOfValue(valueOf(part), context.meter)));
  chargeText(
    context.meter,
    texts.reduce((sum, part) => sum + part.length, 0),
  );
  return texts.join('');
};

/**
 * A params tree with its templated strings resolved: a string that is one expression keeps the value's type, mixed text is
 * concatenated (null as empty text, lists and maps as JSON). Throws like evaluateExpression.
 */
export const resolveTemplate = (template: Json, scope: Scope, context: EvalContext): Json => {
  try {
    const value = replaceTemplates(template, (text) => resolveText(text, scope, context));
    measure(value, context.meter);
    return value;
  } catch (error) {
    throw toRepriseError(error, typeof template === 'string' ? template : 'params');
  }
};
