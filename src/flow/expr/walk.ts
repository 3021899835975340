import { isArray } from './globals';
import { RepriseError } from '../errors';
import type { Json } from '../json';
import { isTemplated } from './template-scan';

const DEEPEST = 200;

type Path = readonly (string | number)[];

/** Calls `visit` for every string of a params tree that holds expressions. Keys are not templated. */
export const eachTemplate = (tree: Json, visit: (text: string, path: Path) => void): void => {
  const walk = (value: Json, path: Path): void => {
    if (typeof value === 'string') {
      if (isTemplated(value)) visit(value, path);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (path.length >= DEEPEST) throw tooDeep();
    for (const [key, item] of isArray(value) ? value.entries() : Object.entries(value)) walk(item, [...path, key]);
  };
  walk(tree, []);
};

/** The tree with every templated string replaced. The tree itself is not changed; parts without templates are shared. */
export const replaceTemplates = (tree: Json, replace: (text: string) => Json, depth = 0): Json => {
  if (typeof tree === 'string') return isTemplated(tree) ? replace(tree) : tree;
  if (typeof tree !== 'object' || tree === null) return tree;
  if (depth >= DEEPEST) throw tooDeep();
  if (isArray(tree)) return tree.map((item) => replaceTemplates(item, replace, depth + 1));
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, replaceTemplates(item, replace, depth + 1)]));
};

const tooDeep = (): RepriseError =>
  new RepriseError('expression_error', `Params may be nested ${DEEPEST} deep; make them flatter`, {
    details: { expression: '' },
  });
