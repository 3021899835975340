import type { Json, JsonObject } from '../json';

/** The roots of an expression (design §3), by name; `nodes` holds only what the expression refers to. */
export type Scope = JsonObject;

/** What evaluation needs from outside: the frozen clock, ids, and the meter (X7). */
export interface EvalContext {
  readonly nowMs: number;
  /** Deterministic (X2): the n-th call of one node run answers the same id in every replay. */
  readonly uuid: () => string;
  /** Charges deterministic cost units; throws `expression_too_costly` when the evaluation's budget is used up. */
  readonly meter: Meter;
}
export interface Meter {
  spend(units: number): void;
  readonly spent: number;
}

/** A static reference in an expression: `nodes.fetch.body.total ?? 0` → root `nodes`, path [fetch, body, total], optional. */
export interface Reference {
  readonly root: string;
  readonly path: readonly (string | number)[];
  /** Has a default (`??`) or is tested by `has()`. */
  readonly optional: boolean;
  /** Offset in the source text, for error places. */
  readonly offset: number;
  /** A dynamic index follows: everything below the path may be read. */
  readonly dynamic: boolean;
}

/** A place in expression text that does not parse; `suggestion` says what to write instead. */
export interface ExpressionIssue {
  readonly code: 'expression_syntax' | 'expression_too_large' | 'unknown_root' | 'unknown_function' | 'regex_invalid';
  readonly message: string;
  readonly offset: number;
  readonly suggestion?: string;
}

export type ParseResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly ExpressionIssue[] };

/** A parsed bare expression: what `checkExpression` answers. */
export interface CheckedExpression {
  readonly references: readonly Reference[];
}
/** What `src/flow/expr/index.ts` exports. */
export interface ExpressionLanguage {
  /** Parse and limit checks, without data. */
  checkExpression(source: string): ParseResult<CheckedExpression>;
  /** The same for every templated string in a params tree; `where` is the path of each string inside it. */
  checkTemplate(
    template: Json,
  ): readonly { readonly where: readonly (string | number)[]; readonly result: ParseResult<CheckedExpression> }[];
  /** Throws RepriseError `expression_error` {expression, path} or `expression_too_costly`. */
  evaluateExpression(source: string, scope: Scope, context: EvalContext): Json;
  /** Keeps the type of a string that is one expression; concatenates mixed text. Throws like evaluateExpression. */
  resolveTemplate(template: Json, scope: Scope, context: EvalContext): Json;
  /** References of all expressions in a template, cached per source text. Throws on text that does not parse. */
  templateReferences(template: Json): readonly Reference[];
  expressionReferences(source: string): readonly Reference[];
}
