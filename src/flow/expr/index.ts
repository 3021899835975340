/**
 * The expression language (design §3): CEL with `??`, `$prev`, mixed arithmetic and helpers, evaluated in the workflow.
 * Pure and deterministic; module state is two bounded caches of parsed text (C3), so the worker preloads this module (C4).
 */
import { checkExpression, checkTemplate, expressionReferences, templateReferences } from './check';
import type { ExpressionLanguage } from './contract';
import { evaluateExpression, resolveTemplate } from './evaluate';

export type * from './contract';
export { checkExpression, checkTemplate, evaluateExpression, expressionReferences, resolveTemplate, templateReferences };

/** The contract as one value, for those that take the language as a dependency. */
export const expressionLanguage: ExpressionLanguage = {
  checkExpression,
  checkTemplate,
  evaluateExpression,
  resolveTemplate,
  templateReferences,
  expressionReferences,
};
