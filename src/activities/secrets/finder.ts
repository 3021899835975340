import { SHORTEST_SECRET } from '../../flow';

export type Range = readonly [from: number, to: number];
export type Finder = (text: string) => readonly Range[];

/** No form is shorter, so what a form begins with decides where it may stand. */
const START = SHORTEST_SECRET;
/** Longer forms are found by this much of them, so that text which nearly repeats one costs no more than this a character. */
const HEAD = 256;

const hashAt = (text: string, at: number): number =>
  (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2) + text.charCodeAt(at + 3) * 29_791) &
  0xffff;

/** Finds all forms in one pass, however many there are: ranges ascending, without overlaps. */
export const createFinder = (forms: readonly string[]): Finder => {
  const byStart = new Map<string, string[]>();
  const mayStart = new Uint8Array(65_536);
  for (const form of forms) {
    const start = form.slice(0, START);
    byStart.set(start, [...(byStart.get(start) ?? []), form]);
    mayStart[hashAt(form, 0)] = 1;
  }
  return (text) => {
    const found: [number, number][] = [];
    let covered = 0;
    for (let at = 0; at <= text.length - START; at += 1) {
      if (mayStart[hashAt(text, at)] === 0) continue;
      for (const form of byStart.get(text.slice(at, at + START)) ?? []) {
        const to = endOf(text, at, form, covered);
        if (to <= covered) continue;
        const last = found.at(-1);
        if (last !== undefined && at < covered) last[1] = to;
        else found.push([at, to]);
        covered = to;
      }
    }
    return found;
  };
};

/** Where a form ends that stands at `at`, 0 when none does. What is covered already need not be looked at again. */
const endOf = (text: string, at: number, form: string, covered: number): number => {
  const head = Math.min(form.length, HEAD);
  const known = Math.max(0, covered - at);
  if (known >= form.length || !text.startsWith(form.slice(Math.min(known, head), head), at + Math.min(known, head))) return 0;
  let length = Math.max(known, head);
  while (length < form.length && text.charCodeAt(at + length) === form.charCodeAt(length)) length += 1;
  return at + length;
};

/** Where the beginning of a form stands that the end of the text cuts off; the text's length when there is none. */
export const beginningAt = (text: string, forms: readonly string[]): number => {
  let first = text.length;
  for (const form of forms) {
    for (let at = Math.max(0, text.length - form.length + 1); at < first && at <= text.length - START; at += 1)
      if (form.startsWith(text.slice(at, at + HEAD)) && form.startsWith(text.slice(at))) first = at;
  }
  return first;
};
