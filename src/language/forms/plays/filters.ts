import type { Json } from '../../../flow';
import type { PlaysFilter } from './document';
import { isTemplated, toCelValue } from './expressions/text';
import { Refused, type Names } from './expressions/translate';

/** A value of a filter in CEL. `lenient`: a path that is missing is null. */
const valueOf = (value: Json | undefined, names: Names, lenient = false): string => {
  if (typeof value === 'string' && !isTemplated(value) && /^\s*\$[a-z]/i.test(value))
    throw new Refused(
      'expression_syntax',
      `\`${value.slice(0, 60)}\` would be compared as text; write \`{{ ${value.trim().slice(0, 60)} }}\`.`,
    );
  const cel = toCelValue(value ?? null, names);
  return lenient ? `(${cel} ?? null)` : cel;
};

const UNARY: readonly string[] = ['is_empty', 'not_empty'];

const compare = (filter: PlaysFilter, left: string, names: Names): string => {
  const { operator } = filter;
  if (UNARY.includes(operator)) {
    if (filter.rightValue !== undefined && filter.rightValue !== null && filter.rightValue !== '')
      throw new Refused('expression_syntax', `\`${operator}\` looks at the left value alone; remove \`rightValue\`.`);
    return operator === 'is_empty' ? `isEmpty(${left})` : `!isEmpty(${left})`;
  }
  if (filter.rightValue === undefined) throw new Refused('expression_syntax', `\`${operator}\` needs a \`rightValue\`; add one.`);
  const right = valueOf(filter.rightValue, names);
  switch (operator) {
    case 'eq':
      return `looseEquals(${left}, ${right})`;
    case 'neq':
      return `!looseEquals(${left}, ${right})`;
    case 'gt':
      return `looseCompare(${left}, ${right}) > 0`;
    case 'gte':
      return `looseCompare(${left}, ${right}) >= 0`;
    case 'lt':
      return `looseCompare(${left}, ${right}) < 0`;
    case 'lte':
      return `looseCompare(${left}, ${right}) <= 0`;
    case 'contains':
      return `contains(${left}, ${right})`;
    case 'not_contains':
      return `!contains(${left}, ${right})`;
    case 'is_empty':
    case 'not_empty':
      return '';
  }
};

interface Comparison {
  readonly mode: PlaysFilter['mode'];
  readonly cel: string;
  /** CEL of the text that tells what was compared. */
  readonly told: string;
}

const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

const toComparison = (filter: PlaysFilter, names: Names): Comparison => {
  const { operator, mode, leftValue, rightValue } = filter;
  const left = valueOf(leftValue, names, UNARY.includes(operator));
  const right = UNARY.includes(operator) ? '' : ` ${asText(rightValue).slice(0, 100)}`;
  const text = JSON.stringify(`${asText(leftValue).slice(0, 100)} ${operator}${right} (left value: `);
  return { mode, cel: compare(filter, left, names), told: `${text} + slice(string(${left}), 0, 100) + ")"` };
};

/**
 * `when` of a layer: true, or the text of the comparison that was not met. Filters are joined from left to right, each by its own mode.
 * Throws Refused.
 */
export const whenOf = (filters: readonly PlaysFilter[], names: Names): string | undefined => {
  const comparisons = filters.map((filter) => toComparison(filter, names));
  const [first, ...rest] = comparisons;
  if (first === undefined) return undefined;
  // All must be met: the first that is not is the reason.
  if (rest.every(({ mode }) => mode === 'and'))
    return comparisons.reduceRight((then, { cel, told }) => `(${cel} ? ${then} : ${told})`, 'true');
  const all = rest.reduce((met, { mode, cel }) => `(${met} ${mode === 'and' ? '&&' : '||'} ${cel})`, first.cel);
  const told = comparisons.map((one, at) => (at === 0 ? one.told : `" ${one.mode} " + ${one.told}`)).join(' + ');
  return `(${all} ? true : ${told})`;
};
