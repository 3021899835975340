/**
 * The expression language (design §3): CEL with `??`, `$prev`, mixed arithmetic and helpers, evaluated in the workflow.
 * Pure and deterministic; module state is two bounded caches of parsed text (C3), so the worker preloads this module (C4).
 */
export type * from './contract';
export { checkExpression, checkTemplate, expressionReferences, templateReferences } from './check';
export { evaluateExpression, resolveTemplate } from './evaluate';
