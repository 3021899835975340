import { hasOwn, toNumber } from './globals';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Key } from './access';
import { DEFAULT_CALL } from './rewrite';

/** A step of a path: a literal key, or an expression that gives it. */
export type Step = { readonly key: Key } | { readonly node: ASTNode };

/** The longest run of `.x` and `[…]` above one base: `nodes.a.items[index]` → base `nodes`, steps a, items, (index). */
export interface Chain {
  readonly base: ASTNode;
  readonly steps: readonly Step[];
}

const literalKey = (node: ASTNode): Step => {
  if (node.op !== 'value') return { node };
  if (typeof node.args === 'string') return { key: node.args };
  return typeof node.args === 'bigint' ? { key: toNumber(node.args) } : { node };
};

export const chainOf = (ast: ASTNode): Chain => {
  const steps: Step[] = [];
  let base = ast;
  for (;;) {
    if (base.op === '.') {
      steps.push({ key: base.args[1] });
      base = base.args[0];
    } else if (base.op === '[]') {
      steps.push(literalKey(base.args[1]));
      base = base.args[0];
    } else return { base, steps: steps.reverse() };
  }
};

/** How many arguments the loop-like methods take, the variable included. */
const COMPREHENSIONS: Readonly<Record<string, readonly number[]>> = {
  map: [2, 3],
  filter: [2],
  all: [2],
  exists: [2],
  exists_one: [2],
  sortBy: [2],
  groupBy: [2],
};
export type ComprehensionName = 'map' | 'filter' | 'all' | 'exists' | 'exists_one' | 'sortBy' | 'groupBy';

/** `list.map(x, x.price)`: evaluates its bodies once per item, with the item bound to `variable`. */
export interface Comprehension {
  readonly name: ComprehensionName;
  readonly variable: string;
  readonly iterable: ASTNode;
  readonly bodies: readonly ASTNode[];
}

export const isComprehensionName = (name: string): name is ComprehensionName => hasOwn(COMPREHENSIONS, name);

export const comprehensionOf = (ast: ASTNode): Comprehension | undefined => {
  if (ast.op !== 'rcall') return undefined;
  const [name, iterable, [variable, ...bodies]] = ast.args;
  if (!isComprehensionName(name) || variable?.op !== 'id') return undefined;
  return COMPREHENSIONS[name]?.includes(bodies.length + 1) === true
    ? { name, variable: variable.args, iterable, bodies }
    : undefined;
};

/** The two sides of `left ?? right`. */
export const defaultOf = (ast: ASTNode): { readonly left: ASTNode; readonly right: ASTNode } | undefined => {
  if (ast.op !== 'call' || ast.args[0] !== DEFAULT_CALL) return undefined;
  const [left, right] = ast.args[1];
  return left === undefined || right === undefined ? undefined : { left, right };
};

/** The argument of `has(path)`. */
export const hasArgumentOf = (ast: ASTNode): ASTNode | undefined =>
  ast.op === 'call' && ast.args[0] === 'has' && ast.args[1].length === 1 ? ast.args[1][0] : undefined;

/** Direct operands of a node that is no path: what an ordinary evaluation of it evaluates. */
export const operandsOf = (ast: ASTNode): readonly ASTNode[] => {
  switch (ast.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [ast.args[0]];
    case 'call':
      return ast.args[1];
    case 'rcall':
      return [ast.args[1], ...ast.args[2]];
    case 'map':
      return ast.args.flat();
    case '!_':
    case '-_':
      return [ast.args];
    default:
      return ast.args;
  }
};

export const countNodes = (ast: ASTNode): number => operandsOf(ast).reduce((sum, operand) => sum + countNodes(operand), 1);
