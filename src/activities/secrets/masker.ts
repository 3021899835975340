/**
 * The last guard of secrets: takes them, in every form, out of what leaves an activity. It is no wall against the author of a flow,
 * who may spell a secret backwards; it keeps what services and errors repeat out of histories, journals and logs.
 */
import { isJsonObject, type Json } from '../../flow';
import { beginningAt, createFinder, type Finder, type Range } from './finder';
import { formsOf } from './forms';

const MASK = '***';
/** Deeper values are refused as outputs in any case. */
const DEEPEST = 100;

export interface Masker {
  text(text: string): string;
  /** Of a text that was cut off: what a secret begins with at its end goes, too. */
  cutText(text: string): string;
  /** Texts that follow each other: also what begins in one and ends in a later one. */
  texts(parts: readonly string[]): readonly string[];
  /** All texts of a value, names of members included, and numbers that are a secret. */
  json(value: Json): Json;
  /** Bytes as they pass; holds back no more than the longest form. */
  stream(parts: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** For calls without secrets. */
export const NO_MASK: Masker = {
  text: (text) => text,
  cutText: (text) => text,
  texts: (parts) => parts,
  json: (value) => value,
  stream: (parts) => parts,
};

export const createMasker = (secrets: readonly string[]): Masker => {
  const forms = formsOf(secrets);
  if (forms.length === 0) return NO_MASK;
  const find = createFinder(forms);
  const byteForms = forms.map((form) => Buffer.from(form).toString('latin1'));
  const findBytes = createFinder(byteForms);
  const longest = Math.max(...byteForms.map((form) => form.length));
  const all = (text: string): string => maskedPart(text, find(text), 0, text.length);

  const json = (value: Json, depth: number): Json => {
    if (typeof value === 'string') return all(value);
    if (typeof value === 'number') return all(String(value)) === String(value) ? value : MASK;
    if (depth > DEEPEST) return null;
    if (Array.isArray(value)) return value.map((item) => json(item, depth + 1));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [all(name), json(item, depth + 1)]));
  };

  return {
    text: all,
    cutText(text) {
      const end = beginningAt(text, forms);
      // What begins a secret there may begin inside one that was found.
      const ranges = find(text).map(([from, to]): Range => [from, to > end ? text.length : to]);
      const isNew = end < text.length && (ranges.at(-1)?.[1] ?? 0) <= end;
      return maskedPart(text, isNew ? [...ranges, [end, text.length]] : ranges, 0, text.length);
    },
    texts(parts) {
      const whole = parts.join('');
      const ranges = find(whole);
      let at = 0;
      return parts.map((part) => maskedPart(whole, ranges, at, (at += part.length)));
    },
    json: (value) => json(value, 0),
    stream: (parts) => maskBytes(parts, findBytes, longest - 1),
  };
};

/** text[from, to) with a mask where a range begins and nothing where one goes on. */
const maskedPart = (text: string, ranges: readonly Range[], from: number, to: number): string => {
  let result = '';
  let at = from;
  for (const [start, end] of ranges) {
    if (end <= from || start >= to) continue;
    if (start >= from) result += text.slice(at, start) + MASK;
    at = Math.min(end, to);
  }
  return result + text.slice(at, to);
};

/** Bytes are searched as Latin-1, one character each. What was given out stays as context for what begins in it. */
async function* maskBytes(parts: AsyncIterable<Uint8Array>, find: Finder, held: number): AsyncGenerator<Uint8Array> {
  let text = '';
  let given = 0;
  const give = (to: number): Buffer => {
    const out = Buffer.from(maskedPart(text, find(text), given, to), 'latin1');
    const keep = Math.max(0, to - held);
    text = text.slice(keep);
    given = to - keep;
    return out;
  };
  for await (const part of parts) {
    text += Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1');
    if (text.length - held > given) yield give(text.length - held);
  }
  if (text.length > given) yield give(text.length);
}
