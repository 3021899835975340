/** The edges of helpers: values that are nearly right, nearly too large, or of another type. */
import { evaluateExpression, resolveTemplate } from '../../../../src/flow/expr';
import { parseDuration } from '../../../../src/flow/duration';
import { estimatedSize } from '../../../../src/flow/expr/functions/regex-size';
import type { Json } from '../../../../src/flow/json';
import { contextOf, refusalOf } from './support';

const give = (source: string, input: Json = {}): Json => evaluateExpression(source, { input, nodes: {} }, contextOf());
const refused = (source: string, input: Json = {}): string => refusalOf(() => give(source, input)).message;
const nested = (depth: number): Json => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`) as Json;

test.each<[string, Json]>([
  ['bool(true)', true],
  ['bool("false")', false],
  ['double(false)', 0],
  ['double(true)', 1],
  ['"a-b".matches("[^a]-[\\\\]b]")', false],
  ['"x]y".matches("^[]x]+y$")', true],
  ['"é".matches("^[\\\\pL]$")', true],
])('%s', (source, value) => {
  expect(give(source)).toEqual(value);
});

test('texts that are no times, no base64, no patterns are refused with what was given', () => {
  for (const time of ['2026-11-24T24:00:00Z', '2026-11-24T10:60:00Z', '2026-11-24T10:00:60Z', '2026-02-30'])
    expect(refused(`dateFormat("${time}", "YYYY")`)).toContain(time);
  expect(refused('"x".matches("(")')).toContain('not valid');
  expect(refused('base64Decode("a*b=")')).toContain('base64');
  expect(refused('bool("maybe")')).toContain('maybe');
});

test('a missing member names what is there, shortened', () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`member${at}`, at]));
  expect(refused('input.none', many)).toContain(', …');
  expect(refused(`input.list[0].${'n'.repeat(300)}`, { list: [{}] })).toContain('…');
});

test('values nested too deeply are refused, whatever is done with them', () => {
  expect(refused('input.a == input.b', { a: nested(600), b: nested(600) })).toContain('deep');
  const template = JSON.parse(`${'['.repeat(600)}"{{ 1 }}"${']'.repeat(600)}`) as Json;
  expect(refusalOf(() => resolveTemplate(template, {}, contextOf())).code).toMatch(/^expression_/);
});

test('durations: text that is far too long is none', () => {
  expect(parseDuration(`${'0'.repeat(70)}1s`)).toBeUndefined();
});

test('the size of a pattern: classes, escapes, groups and repetitions count', () => {
  expect(estimatedSize('abc')).toBe(3);
  expect(estimatedSize('[^]\\]a]b')).toBe(2);
  expect(estimatedSize('[\\pL]')).toBeGreaterThanOrEqual(10);
  expect(estimatedSize('\\p{Greek}x')).toBeGreaterThanOrEqual(10);
  expect(estimatedSize('(a|b){10}')).toBeGreaterThanOrEqual(30);
  expect(estimatedSize('a{2,5}')).toBe(5);
  expect(estimatedSize(')')).toBe(1);
});
