import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../json';
import type { Run } from './frame';
import { helperNamed, suggestHelper } from './functions';
import type { Helper } from './functions/call';
import { isComprehensionName } from './shape';
import { refuse, type Site } from './site';

const argumentCount = ({ min, max }: Helper): string => {
  if (min === max) return `${min} argument${min === 1 ? '' : 's'}`;
  return `${min} to ${max} arguments`;
};

const unknownFunction = (site: Site, ast: ASTNode, name: string): Run => {
  const suggestion = isComprehensionName(name)
    ? `Write it after a list, with a variable and an expression: \`list.${name}(x, …)\`.`
    : suggestHelper(name);
  return refuse(site, ast, {
    code: 'unknown_function',
    message: `There is no function \`${name.slice(0, 60)}\` with these arguments; docs/expressions.md lists all.`,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
};

/** A literal argument that can be judged without data, e.g. a pattern. */
const refusedLiteral = (helper: Helper, args: readonly ASTNode[]): string | undefined => {
  for (const [at, arg] of args.entries()) {
    const reason = arg.op === 'value' && typeof arg.args === 'string' ? helper.checkLiteral?.(arg.args, at) : undefined;
    if (reason !== undefined) return reason;
  }
  return undefined;
};

/** `f(x, y)` and `x.f(y)`. */
export const compileCall = (ast: ASTNode, site: Site, name: string, args: readonly ASTNode[]): Run => {
  const helper = helperNamed(name);
  if (helper === undefined) return unknownFunction(site, ast, name);
  if (args.length < helper.min || args.length > helper.max)
    return refuse(site, ast, {
      code: 'unknown_function',
      message: `${name}() takes ${argumentCount(helper)}, got ${args.length}; in \`x.${name}(…)\` x is the first one.`,
    });
  const invalid = refusedLiteral(helper, args);
  if (invalid !== undefined)
    return refuse(site, ast, { code: 'regex_invalid', message: `The pattern is not valid: ${invalid}.` });
  const runs = args.map((arg) => site.compile(arg, site));
  return (frame) => {
    const { meter } = frame.context;
    meter.spend(helper.cost);
    const values: Json[] = [];
    for (const run of runs) values.push(run(frame));
    return helper.run({ name, args: values, context: frame.context, meter });
  };
};
