import type { ASTNode } from '@marcbachmann/cel-js';
import type { Key } from './access';
import type { Reference } from './contract';
import type { Parsed } from './parse';
import { chainOf, comprehensionOf, defaultOf, hasArgumentOf, operandsOf } from './shape';

type Bound = ReadonlySet<string>;
const NOTHING_BOUND: Bound = new Set();

/** What is evaluated for a node, beside the path that it starts itself. */
const childrenOf = (ast: ASTNode): readonly ASTNode[] => {
  const { base, steps } = chainOf(ast);
  if (steps.length === 0) return operandsOf(ast);
  return [...(base.op === 'id' ? [] : [base]), ...steps.flatMap((step) => ('node' in step ? [step.node] : []))];
};

/** The reference that starts at a name which no comprehension binds. */
const referenceOf = (parsed: Parsed, ast: ASTNode, optional: boolean): Reference | undefined => {
  const { base, steps } = chainOf(ast);
  if (base.op !== 'id') return undefined;
  const path: Key[] = [];
  for (const step of steps) {
    if ('node' in step) break;
    path.push(step.key);
  }
  return { root: base.args, path, optional, offset: parsed.offsetOf(base), dynamic: path.length < steps.length };
};

const collect = (parsed: Parsed, ast: ASTNode, bound: Bound, optional: boolean, into: Reference[]): void => {
  const visit = (node: ASTNode, names = bound, defaulted = optional): void => collect(parsed, node, names, defaulted, into);
  const fallback = defaultOf(ast);
  const comprehension = comprehensionOf(ast);
  const tested = hasArgumentOf(ast);
  if (fallback !== undefined) {
    visit(fallback.left, bound, true);
    visit(fallback.right);
  } else if (tested !== undefined) visit(tested, bound, true);
  else if (comprehension !== undefined) {
    visit(comprehension.iterable);
    const inner = new Set([...bound, comprehension.variable]);
    for (const body of comprehension.bodies) visit(body, inner);
  } else {
    const reference = referenceOf(parsed, ast, optional);
    if (reference !== undefined && !bound.has(reference.root)) into.push(reference);
    for (const child of childrenOf(ast)) visit(child);
  }
};

/** Every path that an expression may read, in reading order. */
export const referencesOf = (parsed: Parsed): readonly Reference[] => {
  const into: Reference[] = [];
  collect(parsed, parsed.ast, NOTHING_BOUND, false, into);
  return into;
};

const isPrefix = (short: Reference, long: Reference): boolean =>
  short.root === long.root && short.path.length <= long.path.length && short.path.every((key, at) => key === long.path[at]);

/** Answers by node: a node is asked once for every `&&` around it. What binds names around it never changes. */
const known = new WeakMap<ASTNode, readonly Reference[]>();

const certain = (parsed: Parsed, ast: ASTNode, bound: Bound): readonly Reference[] => {
  const before = known.get(ast);
  if (before !== undefined) return before;
  const reads = certainUncached(parsed, ast, bound);
  known.set(ast, reads);
  return reads;
};

/** Paths that are read whenever the node is evaluated. */
const certainUncached = (parsed: Parsed, ast: ASTNode, bound: Bound): readonly Reference[] => {
  const inner = (node: ASTNode): readonly Reference[] => certain(parsed, node, bound);
  if (defaultOf(ast) !== undefined || hasArgumentOf(ast) !== undefined) return [];
  if (ast.op === '?:' || ast.op === '||') return inner(ast.args[0]);
  if (ast.op === '&&') return [...inner(ast.args[0]), ...unguardedReads(parsed, ast.args[0], ast.args[1], bound)];
  const comprehension = comprehensionOf(ast);
  if (comprehension !== undefined) return inner(comprehension.iterable);
  const reference = referenceOf(parsed, ast, false);
  const own = reference === undefined || reference.dynamic || bound.has(reference.root) ? [] : [reference];
  return [...own, ...childrenOf(ast).flatMap(inner)];
};

/**
 * C2: the paths on the right of `&&` that must exist although the left side is false, so that a misspelt path is not hidden
 * by the data of the day. Left out is what cannot be told without evaluating (untaken branches of `? :` and `||`, bodies of
 * comprehensions), what has a default, and what the left side tests: it names the same path or one above it.
 */
export const unguardedReads = (parsed: Parsed, left: ASTNode, right: ASTNode, bound: Bound): Reference[] => {
  const tested: Reference[] = [];
  collect(parsed, left, bound, false, tested);
  return certain(parsed, right, bound).filter((read) => !tested.some((test) => isPrefix(test, read)));
};
