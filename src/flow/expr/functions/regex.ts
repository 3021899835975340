import { stringify } from '../globals';
import { RE2JS } from 're2js';
import type { Json } from '../../json';
import type { Meter } from '../contract';
import { fault } from '../fault';
import { COST } from '../frame';
import { createCache } from '../lru';
import { chargeText } from '../values';
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

interface Search {
  readonly text: string;
  readonly regex: RE2JS;
  /** Charges one pass over the text from there on. */
  readonly pass: (from: number) => void;
}

/** The text and the pattern of a call: the 1st and the 2nd argument. */
const searchOf = (call: Call): Search => {
  const text = textArg(call, 0);
  const pattern = textArg(call, 1);
  const found = compiled.get(pattern, compile);
  if ('refused' in found)
    return fault(`${call.name}() got the pattern ${stringify(pattern.slice(0, 60))}, which is not valid: ${found.refused}`);
  chargePattern(call.meter, pattern, found.size);
  // Building automaton states is the worst case, about 30 ns for a character and an instruction; a later pass costs less than 10.
  const pass = (from: number): void =>
    call.meter.spend(1 + (text.length - from) * (from === 0 ? 0.01 + 0.03 * found.size : 0.01 * found.size));
  return { text, regex: found.regex, pass };
};

/** CEL's matches(): whether the pattern is found anywhere in the text, in time linear in the text (RE2, never the host's RegExp). */
const matches = (call: Call): Json => {
  const { text, regex, pass } = searchOf(call);
  pass(0);
  return regex.test(text);
};

interface Found {
  readonly start: number;
  readonly end: number;
}

/** What is found, from left to right without overlap. Each search is charged: one may go to the end of the text in vain. */
function* allFound({ text, regex, pass }: Search): Generator<Found, void> {
  const matcher = regex.matcher(text);
  for (let from = 0; ;) {
    pass(from);
    if (!matcher.find()) return;
    const [start, end] = [matcher.start(), matcher.end()];
    yield { start, end };
    from = end;
  }
}

/** null when nothing is found, so that `??` gives the default. */
const regexFind = (call: Call): Json => {
  const search = searchOf(call);
  for (const { start, end } of allFound(search)) return search.text.slice(start, end);
  return null;
};

const regexFindAll = (call: Call): Json => {
  const search = searchOf(call);
  return Array.from(allFound(search), ({ start, end }) => search.text.slice(start, end));
};

/** The texts between what is found. */
const piecesOf = (search: Search): string[] => {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of allFound(search)) {
    pieces.push(search.text.slice(from, start));
    from = end;
  }
  return [...pieces, search.text.slice(from)];
};

/** The third argument is taken as it is: no `$1`. */
const regexReplace = (call: Call): Json => {
  const by = textArg(call, 2);
  const pieces = piecesOf(searchOf(call));
  chargeText(call.meter, textArg(call, 0).length + pieces.length * by.length);
  return pieces.join(by);
};

const regexHelper = (run: Helper['run'], count = 2): Helper => ({
  min: count,
  max: count,
  cost: COST.call,
  run,
  checkLiteral: (value, at) => {
    const found = at === 1 ? compiled.get(value, compile) : undefined;
    return found !== undefined && 'refused' in found ? found.refused : undefined;
  },
});

export const REGEX_HELPERS: Helpers = {
  matches: regexHelper(matches),
  regexFind: regexHelper(regexFind),
  regexFindAll: regexHelper(regexFindAll),
  regexReplace: regexHelper(regexReplace, 3),
  regexSplit: regexHelper((call) => piecesOf(searchOf(call))),
};
