/** Positions in text count characters (code points), so that no emoji is cut in half; plain text needs no copy. */
const SURROGATE = /[\ud800-\udfff]/;

export const lengthOf = (text: string): number => (SURROGATE.test(text) ? [...text].length : text.length);

/** Characters from `start` up to `end`, both from 0 within the length. */
export const cut = (text: string, start: number, end: number): string =>
  SURROGATE.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end);
