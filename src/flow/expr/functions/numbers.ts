import { abs, ceil, floor, isArray, max, min, roundHalfUp, sign, sqrt, stringify, toNumber, trunc } from '../globals';
import type { Json } from '../../json';
import { fault } from '../fault';
import { COST } from '../frame';
import { finite } from '../values';
import { anyArg, heavy, helper, integerArg, listArg, numberArg, optional, type Call, type Helpers } from './call';

const ofOne = (compute: (value: number) => number) => helper(1, (call) => finite(compute(numberArg(call, 0)), `${call.name}()`));

/** `x × 10^digits`, through the decimal text so that 1.005 is rounded as it is written. */
const shift = (value: number, digits: number): number => {
  const [mantissa, exponent] = String(value).split('e');
  return toNumber(`${mantissa}e${toNumber(exponent ?? 0) + digits}`);
};

/** Half away from zero, at `digits` decimals (negative: tens, hundreds). */
const round = (call: Call): Json => {
  const value = numberArg(call, 0);
  const digits = optional(call, 1, integerArg, 0);
  if (abs(digits) > 15) fault('round() needs between -15 and 15 digits');
  const rounded = shift(roundHalfUp(shift(abs(value), digits)), -digits);
  return finite(sign(value) * rounded, 'round()');
};

/** The numbers of `min(1, 2)`, `min(list)` or `list.min()`. */
const numbersOf = (call: Call): readonly number[] => {
  const list = call.args.length === 1 && isArray(call.args[0]) ? call.args[0] : call.args;
  call.meter.spend(list.length * COST.item);
  return list.map((item) =>
    typeof item === 'number' ? item : fault(`${call.name}() needs numbers; map the items to numbers first`),
  );
};

/** null when there is nothing to choose from, so that `??` gives the default. */
const ofMany = (compute: (numbers: readonly number[]) => number) =>
  helper(
    1,
    (call) => {
      const numbers = numbersOf(call);
      return numbers.length === 0 ? null : finite(compute(numbers), `${call.name}()`);
    },
    32,
  );

const total = (numbers: readonly number[]): number => numbers.reduce((sum, item) => sum + item, 0);

const sum = (call: Call): Json => {
  listArg(call, 0);
  return finite(total(numbersOf(call)), 'sum()');
};

const average = (call: Call): Json => {
  listArg(call, 0);
  const numbers = numbersOf(call);
  return numbers.length === 0 ? null : finite(total(numbers) / numbers.length, 'avg()');
};

const parsedNumber = (call: Call): number => {
  const value = anyArg(call, 0);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value))
    return finite(toNumber(value), `${call.name}()`);
  return fault(`${call.name}() cannot read a number from ${stringify(value).slice(0, 60)}`);
};

export const NUMBER_HELPERS: Helpers = {
  abs: ofOne(abs),
  ceil: ofOne(ceil),
  floor: ofOne(floor),
  sqrt: ofOne(sqrt),
  round: heavy(helper(1, round, 2)),
  pow: helper(2, (call) => finite(numberArg(call, 0) ** numberArg(call, 1), 'pow()')),
  min: ofMany((numbers) => numbers.reduce((least, item) => min(least, item))),
  max: ofMany((numbers) => numbers.reduce((most, item) => max(most, item))),
  sum: helper(1, sum),
  avg: helper(1, average),
  number: helper(1, parsedNumber),
  double: helper(1, parsedNumber),
  int: helper(1, (call) => finite(trunc(parsedNumber(call)), 'int()')),
};
