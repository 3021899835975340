import { hasOwn, isArray, keysOf, min } from './globals';
import type { Json } from '../json';
import type { Meter } from './contract';
import { fault } from './fault';
import { COST } from './frame';
import { typeName } from './type-names';
import { chargeText, finite } from './values';

/** Comparing long texts is charged; short ones are part of the node's cost. */
const chargeComparison = (left: string, right: string, meter: Meter): void => {
  const length = min(left.length, right.length);
  if (length > 1_024) meter.spend(length * 0.000_2);
};

/** Same JSON value: numbers by value, lists by order, maps by members. Values of different types are never equal. */
export const deepEqual = (left: Json, right: Json, meter: Meter, depth = 0): boolean => {
  if (typeof left === 'string' && typeof right === 'string') chargeComparison(left, right, meter);
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (depth > 200) fault('The compared values are nested more than 200 deep');
  if (isArray(left) || isArray(right)) {
    if (!isArray(left) || !isArray(right) || left.length !== right.length) return false;
    meter.spend(left.length * COST.item);
    return left.every((item, at) => deepEqual(item, right[at] ?? null, meter, depth + 1));
  }
  const keys = keysOf(left);
  if (keys.length !== keysOf(right).length) return false;
  meter.spend(keys.length * COST.item);
  return keys.every((key) => hasOwn(right, key) && deepEqual(left[key] ?? null, right[key] ?? null, meter, depth + 1));
};

/** A binary operator on evaluated operands. */
export type Operator = (left: Json, right: Json, meter: Meter) => Json;

const twoNumbers =
  (symbol: string, compute: (left: number, right: number) => number): Operator =>
  (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number')
      return fault(
        `\`${symbol}\` needs two numbers, got ${typeName(left)} and ${typeName(right)}; number(x) reads a number from text`,
      );
    if (right === 0 && (symbol === '/' || symbol === '%'))
      return fault(`Division by zero: \`${symbol}\` needs a divisor that is not 0`);
    return finite(compute(left, right), `\`${symbol}\``);
  };

const add: Operator = (left, right, meter) => {
  if (typeof left === 'number' && typeof right === 'number') return finite(left + right, '`+`');
  if (typeof left === 'string' && typeof right === 'string') {
    chargeText(meter, left.length + right.length);
    return left + right;
  }
  if (isArray(left) && isArray(right)) {
    meter.spend((left.length + right.length) * COST.item);
    return [...left, ...right];
  }
  const texts = typeof left === 'string' || typeof right === 'string';
  return fault(
    `\`+\` needs two numbers, two strings or two lists, got ${typeName(left)} and ${typeName(right)}${texts ? '; string(x) makes text of a value' : ''}`,
  );
};

const order =
  (symbol: string, holds: (sign: number) => boolean): Operator =>
  (left, right, meter) => {
    if (typeof left === 'string' && typeof right === 'string') chargeComparison(left, right, meter);
    else if (typeof left !== 'number' || typeof right !== 'number')
      return fault(`\`${symbol}\` compares two numbers or two strings, got ${typeName(left)} and ${typeName(right)}`);
    return holds(left < right ? -1 : left > right ? 1 : 0);
  };

const isIn: Operator = (left, right, meter) => {
  if (isArray(right)) {
    meter.spend(right.length * COST.item);
    return right.some((item) => deepEqual(left, item, meter));
  }
  if (typeof right === 'object' && right !== null) return typeof left === 'string' && hasOwn(right, left);
  return fault(`\`in\` looks into a list or the keys of a map, got ${typeName(right)}; contains(text, part) looks into text`);
};

/** All binary operators except the logical ones, by their spelling. Division keeps fractions: `10 / 4` is 2.5. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': add,
  '-': twoNumbers('-', (left, right) => left - right),
  '*': twoNumbers('*', (left, right) => left * right),
  '/': twoNumbers('/', (left, right) => left / right),
  '%': twoNumbers('%', (left, right) => left % right),
  '==': (left, right, meter) => deepEqual(left, right, meter),
  '!=': (left, right, meter) => !deepEqual(left, right, meter),
  '<': order('<', (sign) => sign < 0),
  '<=': order('<=', (sign) => sign <= 0),
  '>': order('>', (sign) => sign > 0),
  '>=': order('>=', (sign) => sign >= 0),
  in: isIn,
};
