import { isArray, max, min } from '../globals';
import type { Json } from '../../json';
import { fault } from '../fault';
import { COST } from '../frame';
import { deepEqual } from '../operators';
import { typeName } from '../type-names';
import { chargeText, textOfValue } from '../values';
import { anyArg, heavy, helper, integerArg, listArg, optional, textArg, type Call, type Helpers } from './call';
import { cut, lengthOf } from './unicode';

const scanned = (call: Call, at: number): string => {
  const text = textArg(call, at);
  call.meter.spend(text.length * COST.char);
  return text;
};

const transformed = (change: (text: string) => string) => helper(1, (call) => change(scanned(call, 0)));

const tested = (holds: (text: string, part: string) => boolean) => helper(2, (call) => holds(scanned(call, 0), textArg(call, 1)));

/** How often `part` occurs without overlap; between all characters when it is empty. */
const occurrences = (text: string, part: string): number => {
  if (part === '') return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
};

const replace = (call: Call): Json => {
  const text = scanned(call, 0);
  const part = textArg(call, 1);
  const by = textArg(call, 2);
  // The size is charged before the text is built: replace() can multiply.
  chargeText(call.meter, text.length + occurrences(text, part) * max(0, by.length - part.length));
  return text.split(part).join(by);
};

const split = (call: Call): Json => {
  const text = scanned(call, 0);
  const separator = textArg(call, 1);
  const limit = optional(call, 2, integerArg, -1);
  call.meter.spend(occurrences(text, separator) * COST.item);
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  // As in CEL: at most `limit` parts, the last one holds the rest.
  return limit === 0 ? [] : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
};

const join = (call: Call): Json => {
  const separator = optional(call, 1, textArg, '');
  const list = listArg(call, 0);
  call.meter.spend(list.length * COST.item);
  const parts = list.map((item) => {
    if (typeof item === 'object' && item !== null)
      return fault(
        `join() needs a list of strings, numbers or booleans, it has a ${typeName(item)}; map the items to text first`,
      );
    return textOfValue(item, call.meter);
  });
  chargeText(
    call.meter,
    parts.reduce((sum, part) => sum + part.length + separator.length, 0),
  );
  return parts.join(separator);
};

const substring = (call: Call): Json => {
  const text = scanned(call, 0);
  const length = lengthOf(text);
  const start = max(0, integerArg(call, 1));
  return cut(text, start, max(start, min(length, optional(call, 2, integerArg, length))));
};

const padding = (call: Call): string => {
  const text = textArg(call, 0);
  const missing = integerArg(call, 1) - lengthOf(text);
  const fill = [...optional(call, 2, textArg, ' ')];
  if (fill.length === 0) fault(`${call.name}() needs a fill of at least one character`);
  if (missing <= 0) return '';
  chargeText(call.meter, missing * 2);
  return Array.from({ length: missing }, (_, at) => fill[at % fill.length] ?? ' ').join('');
};

/** Looks into a string or a list. */
const contains = (call: Call): Json => {
  const whole = anyArg(call, 0);
  if (!isArray(whole)) return scanned(call, 0).includes(textArg(call, 1));
  call.meter.spend(whole.length * COST.item);
  return whole.some((item) => deepEqual(item, anyArg(call, 1), call.meter));
};

const indexOf = (call: Call): Json => {
  const text = scanned(call, 0);
  const at = text.indexOf(textArg(call, 1));
  return at < 0 ? -1 : lengthOf(text.slice(0, at));
};

export const STRING_HELPERS: Helpers = {
  upper: transformed((text) => text.toUpperCase()),
  lower: transformed((text) => text.toLowerCase()),
  trim: transformed((text) => text.trim()),
  trimStart: transformed((text) => text.trimStart()),
  trimEnd: transformed((text) => text.trimEnd()),
  startsWith: tested((text, part) => text.startsWith(part)),
  endsWith: tested((text, part) => text.endsWith(part)),
  contains: helper(2, contains),
  indexOf: helper(2, indexOf),
  split: helper(2, split, 3),
  join: helper(1, join, 2),
  replace: helper(3, replace),
  substring: helper(2, substring, 3),
  padStart: heavy(helper(2, (call) => padding(call) + textArg(call, 0), 3)),
  padEnd: heavy(helper(2, (call) => textArg(call, 0) + padding(call), 3)),
};
