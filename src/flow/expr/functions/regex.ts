import { stringify } from '../globals';
import { RE2JS } from 're2js';
import type { Json } from '../../json';
import type { Meter } from '../contract';
import { fault } from '../fault';
import { COST } from '../frame';
import { createCache } from '../lru';
import { textArg, type Call, type Helper, type Helpers } from './call';
import { estimatedSize, MAX_PATTERN, MAX_PROGRAM } from './regex-size';

type Compiled = { readonly regex: RE2JS; readonly size: number } | { readonly refused: string };

/** Few, because each keeps the automaton states that it has built. */
const compiled = createCache<Compiled>({ entries: 32, chars: 16_384 });

const compile = (pattern: string): Compiled => {
  if (pattern.length > MAX_PATTERN) return { refused: `a pattern may have ${MAX_PATTERN} characters` };
  if (estimatedSize(pattern) > MAX_PROGRAM) return { refused: 'its repetitions are too large; use smaller counts' };
  try {
    const regex = RE2JS.compile(pattern);
    return { regex, size: regex.programSize() };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('error parsing regexp: ', '') : 'it does not parse';
    return { refused: `${reason} (RE2 syntax: no look-around and no back-references)` };
  }
};

/** Patterns that an evaluation has paid for: the first use of each costs its compilation, cached or not (X7). */
const paidPatterns = new WeakMap<Meter, Set<string>>();

const chargePattern = (meter: Meter, pattern: string, size: number): void => {
  const paid = paidPatterns.get(meter) ?? new Set();
  if (paid.has(pattern)) return;
  meter.spend(size * 10);
  paidPatterns.set(meter, paid.add(pattern));
};

/** CEL's matches(): whether the pattern is found anywhere in the text, in time linear in the text (RE2, never the host's RegExp). */
const matches = (call: Call): Json => {
  const text = textArg(call, 0);
  const pattern = textArg(call, 1);
  const found = compiled.get(pattern, compile);
  if ('refused' in found)
    return fault(`matches() got the pattern ${stringify(pattern.slice(0, 60))}, which is not valid: ${found.refused}`);
  chargePattern(call.meter, pattern, found.size);
  // Building automaton states is the worst case, about 30 ns for a character and an instruction.
  call.meter.spend(1 + text.length * (0.01 + 0.03 * found.size));
  return found.regex.test(text);
};

const matchesHelper: Helper = {
  min: 2,
  max: 2,
  cost: COST.call,
  run: matches,
  checkLiteral: (value, at) => {
    const found = at === 1 ? compiled.get(value, compile) : undefined;
    return found !== undefined && 'refused' in found ? found.refused : undefined;
  },
};

export const REGEX_HELPERS: Helpers = { matches: matchesHelper };
