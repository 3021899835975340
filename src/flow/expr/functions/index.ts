import { hasOwn, keysOf } from '../globals';
import type { Helper, Helpers } from './call';
import { DATE_HELPERS } from './dates';
import { ENCODING_HELPERS } from './encoding';
import { LIST_HELPERS } from './lists';
import { MAP_HELPERS } from './maps';
import { COMPARISON_HELPERS } from './comparisons';
import { NUMBER_HELPERS } from './numbers';
import { RANDOM_HELPERS } from './random';
import { REGEX_HELPERS } from './regex';
import { STRING_HELPERS } from './strings';

/** All helpers by name: `f(x, y)` and `x.f(y)` are the same call. */
export const HELPERS: Helpers = {
  ...STRING_HELPERS,
  ...NUMBER_HELPERS,
  ...COMPARISON_HELPERS,
  ...LIST_HELPERS,
  ...MAP_HELPERS,
  ...ENCODING_HELPERS,
  ...DATE_HELPERS,
  ...REGEX_HELPERS,
  ...RANDOM_HELPERS,
};

export const helperNamed = (name: string): Helper | undefined => (hasOwn(HELPERS, name) ? HELPERS[name] : undefined);

/** What other languages call our helpers. */
const FOREIGN: Readonly<Record<string, string>> = {
  average: 'avg(list)',
  concat: '`+`',
  count: 'size(x)',
  default: '`??`',
  find: 'first(list.filter(x, …))',
  formatdate: 'dateFormat(time, "YYYY-MM-DD")',
  includes: 'contains(x, part)',
  isempty: 'size(x) == 0',
  len: 'size(x)',
  length: 'size(x)',
  lowerascii: 'lower(text)',
  parsefloat: 'number(text)',
  parseint: 'int(text)',
  reduce: 'sum(list), min(list) or max(list)',
  some: 'list.exists(x, …)',
  stringify: 'json(x)',
  substr: 'substring(text, start, end)',
  timestamp: 'dateParse(text)',
  duration: 'dateAdd(time, "1h")',
  tojson: 'json(x)',
  tolowercase: 'lower(text)',
  tostring: 'string(x)',
  touppercase: 'upper(text)',
  upperascii: 'upper(text)',
  uniq: 'unique(list)',
};

/** How a name that is no helper is probably written here. */
export const suggestHelper = (name: string): string | undefined => {
  const folded = name.toLowerCase().replaceAll('_', '');
  const same = keysOf(HELPERS).find((known) => known.toLowerCase() === folded);
  if (same !== undefined) return `Write ${same}().`;
  return hasOwn(FOREIGN, folded) ? `Write ${FOREIGN[folded]}.` : undefined;
};
