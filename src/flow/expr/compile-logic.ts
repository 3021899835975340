import { hasOwn } from './globals';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../json';
import { memberOf, pathText } from './access';
import { compilePath } from './compile-path';
import type { Reference, Scope } from './contract';
import { EvaluationFault, fault, isEvaluationFault } from './fault';
import { COST, type Frame, type Run } from './frame';
import { unguardedReads } from './references';
import { chainOf } from './shape';
import { refuse, type Site } from './site';
import { typeName } from './type-names';

type Condition = (frame: Frame) => boolean;

const condition = (ast: ASTNode, site: Site, what: string): Condition => {
  const run = site.compile(ast, site);
  return (frame) => {
    const value = run(frame);
    return typeof value === 'boolean'
      ? value
      : fault(`${what} needs true or false, got ${typeName(value)}; compare it, e.g. \`size(x) > 0\` or \`x != null\``);
  };
};

const mustExist = (reference: Reference, scope: Scope): void => {
  const start: Json | undefined = hasOwn(scope, reference.root) ? scope[reference.root] : undefined;
  if (reference.path.reduce<Json | undefined>(memberOf, start) !== undefined) return;
  const path = pathText(reference.root, reference.path);
  throw new EvaluationFault(
    `\`${path}\` is missing, on the side of \`&&\` that is not needed now; test it with has() or write \`?? default\` if it may be`,
    path,
  );
};

/** Left to right, and the right side only when it is needed; but its certain paths must exist all the same (C2). */
export const compileAnd = (site: Site, [left, right]: readonly [ASTNode, ASTNode]): Run => {
  const [first, second] = [condition(left, site, '`&&`'), condition(right, site, '`&&`')];
  const certain = unguardedReads(site.parsed, left, right, new Set(site.bound.keys()));
  return (frame) => {
    if (first(frame)) return second(frame);
    for (const reference of certain) mustExist(reference, frame.scope);
    return false;
  };
};

export const compileOr = (site: Site, [left, right]: readonly [ASTNode, ASTNode]): Run => {
  const [first, second] = [condition(left, site, '`||`'), condition(right, site, '`||`')];
  return (frame) => first(frame) || second(frame);
};

export const compileNot = (ast: ASTNode, site: Site): Run => {
  const holds = condition(ast, site, '`!`');
  return (frame) => !holds(frame);
};

/** The branches may have different types; only the taken one is evaluated. */
export const compileTernary = (site: Site, [test, yes, no]: readonly [ASTNode, ASTNode, ASTNode]): Run => {
  const holds = condition(test, site, '`? :`');
  const [then, otherwise] = [site.compile(yes, site), site.compile(no, site)];
  return (frame) => (holds(frame) ? then(frame) : otherwise(frame));
};

const isPath = (ast: ASTNode): boolean => ast.op === 'id' || chainOf(ast).steps.length > 0;

/** Only missing paths are absorbed; every other fault goes on. */
const absorb = (error: unknown, frame: Frame): void => {
  if (!isEvaluationFault(error) || error.path === undefined) throw error;
  frame.context.meter.spend(COST.caughtFault);
};

/** `left ?? right`: right when a path anywhere in left is missing, and when left is null. */
export const compileDefault = (site: Site, left: ASTNode, right: ASTNode): Run => {
  const otherwise = site.compile(right, site);
  const attempt: (frame: Frame) => Json | undefined = isPath(left) ? compilePath(left, site).find : site.compile(left, site);
  return (frame) => {
    let value: Json | undefined;
    try {
      value = attempt(frame);
    } catch (error) {
      absorb(error, frame);
    }
    return value ?? otherwise(frame);
  };
};

/** Whether the path exists; a null at its end exists. */
export const compileHas = (ast: ASTNode, site: Site, argument: ASTNode): Run => {
  if (!isPath(argument))
    return refuse(site, ast, {
      code: 'expression_syntax',
      message: 'has() needs a path.',
      suggestion: 'Write `has(input.name)`.',
    });
  const { find } = compilePath(argument, site);
  return (frame) => {
    try {
      return find(frame) !== undefined;
    } catch (error) {
      absorb(error, frame);
      return false;
    }
  };
};
