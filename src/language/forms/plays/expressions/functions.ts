import { fromGoLayout } from './go-layout';

/** A function of plays: how many arguments it takes, and its CEL for arguments that are CEL already. */
export interface PlaysFunction {
  readonly min: number;
  readonly max: number;
  /** `literals` are the values of arguments written as such. A list of one text refuses: why, as one sentence. */
  readonly cel: (args: readonly string[], literals: readonly unknown[]) => string | readonly [string];
}

const MANY = 20;
const fixed = (count: number, cel: (...args: string[]) => string): PlaysFunction => ({
  min: count,
  max: count,
  cel: (args) => cel(...args),
});
const folded = (symbol: string, min = 2): PlaysFunction => ({
  min,
  max: MANY,
  cel: (args) => `(${args.map((arg) => `(${arg})`).join(` ${symbol} `)})`,
});
const named = (name: string, count: number): PlaysFunction => fixed(count, (...args) => `${name}(${args.join(', ')})`);
const compared = (sign: string): PlaysFunction => fixed(2, (left, right) => `(looseCompare(${left}, ${right}) ${sign} 0)`);
const EQUAL = named('looseEquals', 2);
const UNEQUAL = fixed(2, (left, right) => `(!looseEquals(${left}, ${right}))`);

/** `$date.addDays 7` counts from now. */
const addDays: PlaysFunction = {
  min: 1,
  max: 2,
  cel: ([first = '0', second]) =>
    second === undefined ? `dateAdd(now(), string(${first}) + "d")` : `dateAdd(${first}, string(${second}) + "d")`,
};

const format: PlaysFunction = {
  min: 1,
  max: 2,
  cel: (args, literals) => {
    const layout = literals.at(-1);
    if (typeof layout !== 'string') return ['The layout of `$date.format` must be a text in the expression itself.'];
    const pattern = fromGoLayout(layout);
    if (pattern === undefined)
      return [`The layout \`${layout.slice(0, 60)}\` has parts that are not supported; use 2006 01 02 15 04 05 and names.`];
    return `dateFormat(${args.length === 2 ? args[0] : 'now()'}, ${JSON.stringify(pattern)})`;
  },
};

const unix: PlaysFunction = { min: 0, max: 1, cel: ([time = 'now()']) => `unix(${time})` };

export const FUNCTIONS: Readonly<Record<string, PlaysFunction>> = {
  add: folded('+'),
  sub: fixed(2, (left, right) => `((${left}) - (${right}))`),
  mul: folded('*'),
  div: fixed(2, (left, right) => `((${left}) / (${right}))`),
  mod: fixed(2, (left, right) => `((${left}) % (${right}))`),
  upper: named('upper', 1),
  lower: named('lower', 1),
  trim: named('trim', 1),
  replace: named('replace', 3),
  split: named('split', 2),
  join: named('join', 2),
  contains: named('contains', 2),
  hasPrefix: named('startsWith', 2),
  hasSuffix: named('endsWith', 2),
  len: named('size', 1),
  eq: EQUAL,
  ne: UNEQUAL,
  neq: UNEQUAL,
  gt: compared('>'),
  ge: compared('>='),
  gte: compared('>='),
  lt: compared('<'),
  le: compared('<='),
  lte: compared('<='),
  and: folded('&&'),
  or: folded('||'),
  not: fixed(1, (value) => `(!(${value}))`),
  '$date.now': fixed(0, () => 'now()'),
  '$date.format': format,
  '$date.unix': unix,
  '$date.addDays': addDays,
  '$rand.uuid': fixed(0, () => 'uuid()'),
  // A letter, then 24 of an alphabet that cuids use.
  '$rand.cuid': fixed(0, () => '("c" + randomText(24))'),
  '$rand.int': named('randomInt', 2),
  '$rand.string': named('randomText', 1),
  '$q.urlencode': named('urlEncode', 1),
  '$q.base64': named('base64Encode', 1),
  '$q.jsonStringify': named('json', 1),
  '$q.jsonParse': named('parseJson', 1),
};
