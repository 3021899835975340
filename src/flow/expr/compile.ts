import { isSafeInteger, toNumber } from './globals';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../json';
import { compileCall } from './compile-call';
import { compileComprehension } from './compile-comprehension';
import { compileAnd, compileDefault, compileHas, compileNot, compileOr, compileTernary } from './compile-logic';
import { compilePath } from './compile-path';
import type { ExpressionIssue, ParseResult } from './contract';
import { fault } from './fault';
import type { Frame, Run } from './frame';
import { OPERATORS } from './operators';
import type { Parsed } from './parse';
import { comprehensionOf, defaultOf, hasArgumentOf } from './shape';
import { refuse, type Site } from './site';
import { typeName } from './type-names';
import { finite, put } from './values';

/** CEL's literals are JSON values here: integers are numbers, bytes do not exist. */
const compileLiteral = (ast: ASTNode & { op: 'value' }, site: Site): Run => {
  const value = ast.args;
  if (value instanceof Uint8Array)
    return refuse(site, ast, {
      code: 'expression_syntax',
      message: 'Bytes (`b"…"`) are not JSON; write a string.',
    });
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return () => value;
  const number = toNumber(value.valueOf());
  if (!isSafeInteger(number))
    return refuse(site, ast, {
      code: 'expression_syntax',
      message: 'The number is larger than JSON numbers are exact (9007199254740991); write it as a string.',
    });
  return () => number;
};

const compilePathNode = (ast: ASTNode, site: Site): Run => {
  const { find, missing } = compilePath(ast, site);
  return (frame) => {
    const value = find(frame);
    if (value === undefined) throw missing(frame);
    return value;
  };
};

const compileList = (items: readonly ASTNode[], site: Site): Run => {
  const runs = items.map((item) => site.compile(item, site));
  return (frame) => runs.map((run) => run(frame));
};

const keyText = (key: Json): string =>
  typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean'
    ? String(key)
    : fault(`The keys of a map are strings, got ${typeName(key)}`);

const compileMap = (entries: readonly (readonly [ASTNode, ASTNode])[], site: Site): Run => {
  const runs = entries.map(([key, value]) => [site.compile(key, site), site.compile(value, site)] as const);
  return (frame) => {
    const map: JsonObject = {};
    for (const [key, value] of runs) put(map, keyText(key(frame)), value(frame));
    return map;
  };
};

const compileNegation = (ast: ASTNode, site: Site): Run => {
  const run = site.compile(ast, site);
  return (frame) => {
    const value = run(frame);
    return typeof value === 'number' ? finite(-value, '`-`') : fault(`\`-\` needs a number, got ${typeName(value)}`);
  };
};

const compileOperator = (symbol: string, [left, right]: readonly [ASTNode, ASTNode], site: Site): Run => {
  const [first, second] = [site.compile(left, site), site.compile(right, site)];
  const operator = OPERATORS[symbol] ?? (() => fault(`\`${symbol}\` is not supported`));
  return (frame: Frame) => operator(first(frame), second(frame), frame.context.meter);
};

const compileNode = (ast: ASTNode, site: Site): Run => {
  const fallback = defaultOf(ast);
  if (fallback !== undefined) return compileDefault(site, fallback.left, fallback.right);
  const tested = hasArgumentOf(ast);
  if (tested !== undefined) return compileHas(ast, site, tested);
  const comprehension = comprehensionOf(ast);
  if (comprehension !== undefined) return compileComprehension(ast, site, comprehension);
  switch (ast.op) {
    case 'value':
      return compileLiteral(ast, site);
    case 'id':
    case '.':
    case '[]':
      return compilePathNode(ast, site);
    case '.?':
    case '[?]':
      return refuse(site, ast, { code: 'expression_syntax', message: 'Optional access is written with `??`.' });
    case 'call':
      return compileCall(ast, site, ast.args[0], ast.args[1]);
    case 'rcall':
      return compileCall(ast, site, ast.args[0], [ast.args[1], ...ast.args[2]]);
    case 'list':
      return compileList(ast.args, site);
    case 'map':
      return compileMap(ast.args, site);
    case '?:':
      return compileTernary(site, ast.args);
    case '&&':
      return compileAnd(site, ast.args);
    case '||':
      return compileOr(site, ast.args);
    case '!_':
      return compileNot(ast.args, site);
    case '-_':
      return compileNegation(ast.args, site);
    default:
      return compileOperator(ast.op, ast.args, site);
  }
};

/** Tree to a function of the scope, or all issues that can be told without data. */
export const compile = (parsed: Parsed): ParseResult<Run> => {
  const issues: ExpressionIssue[] = [];
  const run = compileNode(parsed.ast, { parsed, issues, bound: new Map(), depth: 0, compile: compileNode });
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: run };
};
