import { max, toNumber } from '../globals';
/** Longest pattern, in characters. */
export const MAX_PATTERN = 512;
/** Largest program, in instructions, about: compiling one costs about 10 µs an instruction. */
export const MAX_PROGRAM = 2_000;
const UNICODE_CLASS = 10;

interface Group {
  /** Instructions before the last atom, and of the last atom, which a repetition multiplies. */
  done: number;
  last: number;
}

const push = (group: Group, size: number): void => {
  group.done += group.last;
  group.last = size;
};

/** Where the class that opens at `at` ends. A `]` right after the opening stands for itself. */
const classEnd = (pattern: string, at: number): number => {
  let end = at + (pattern[at + 1] === '^' ? 2 : 1);
  if (pattern[end] === ']') end += 1;
  while (end < pattern.length && pattern[end] !== ']') end += pattern[end] === '\\' ? 2 : 1;
  return end;
};

/** `\pL`, `\p{Greek}`. */
const UNICODE = /\\[pP](?:\{[^}]*\}|.)?/y;
const REPEAT = /\{(\d+)(?:,(\d*))?\}/y;

/**
 * About how many instructions a pattern compiles to, without compiling it: nested repetitions multiply, and the library
 * would build them before it could be asked.
 */
export const estimatedSize = (pattern: string): number => {
  const groups: Group[] = [{ done: 0, last: 0 }];
  for (let at = 0; at < pattern.length; at += 1) {
    const group = groups.at(-1) ?? { done: 0, last: 0 };
    const char = pattern[at];
    REPEAT.lastIndex = at;
    const repeat = char === '{' ? REPEAT.exec(pattern) : null;
    if (repeat !== null) {
      group.last *= max(1, toNumber(repeat[1]), toNumber(repeat[2] ?? 0));
      at += repeat[0].length - 1;
    } else if (char === '\\') {
      UNICODE.lastIndex = at;
      const unicode = UNICODE.exec(pattern)?.[0];
      push(group, unicode === undefined ? 1 : UNICODE_CLASS);
      at += (unicode?.length ?? 2) - 1;
    } else if (char === '[') {
      const end = classEnd(pattern, at);
      push(group, /\\[pP]/.test(pattern.slice(at, end)) ? UNICODE_CLASS : 1);
      at = end;
    } else if (char === '(') groups.push({ done: 0, last: 0 });
    else if (char === ')' && groups.length > 1) {
      groups.pop();
      push(groups.at(-1) ?? group, group.done + group.last + 2);
    } else push(group, 1);
  }
  return groups.reduce((sum, group) => sum + group.done + group.last, 0);
};
