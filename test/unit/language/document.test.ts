import { readDocument } from '../../../src/language/document';

const read = (text: string): Extract<ReturnType<typeof readDocument>, { ok: true }>['document'] => {
  const result = readDocument(text);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.document;
};

test('a place is found with its line, an unknown one with the line of what is around it', () => {
  const document = read('a:\n  b:\n    - x\n    - y: 1\n');
  expect(document.lineOf(['a', 'b', 1, 'y'])).toBe(4);
  expect(document.lineOf(['a', 'b', 1, 'none'])).toBe(4);
  expect(document.lineOf(['a', 'none', 'deep'])).toBe(1);
  expect(document.lineOf([])).toBe(1);
});

test('anchors and aliases are expanded; the newest anchor before an alias is meant', () => {
  expect(read('a: &x {n: 1}\nb: *x\nc: &x {n: 2}\nd: *x\n').root).toEqual({ a: { n: 1 }, b: { n: 1 }, c: { n: 2 }, d: { n: 2 } });
});

test('keys are text as written; YAML 1.2 words stay what they are', () => {
  expect(read('{true: 1, 200: 2, on: 3, no: no, "x y": ~}').root).toEqual({ true: 1, '200': 2, on: 3, no: 'no', 'x y': null });
});

test('the spelling of a scalar can be asked for', () => {
  expect(read('v: 1.0').sourceOf(['v'])).toBe('1.0');
  expect(read('v: 1.0').root).toEqual({ v: 1 });
});

test.each([
  ['the same key in two spellings', '{true: 1, "true": 2}', 'duplicate_key'],
  ['a number that is none', 'a: .nan', 'invalid_value'],
  ['an endless number', 'a: .inf', 'invalid_value'],
  ['a map as a key', '? {a: 1}\n: 2', 'invalid_key'],
  ['brackets in code are not depth', 'a: "[', 'yaml_syntax'],
])('%s is refused', (_, text, code) => {
  expect(readDocument(text)).toMatchObject({ ok: false, issues: [{ code }] });
});

test('JSON that is broken is answered with its line', () => {
  expect(readDocument('{\n  "a": 1,\n  "b" 2\n}')).toMatchObject({ ok: false, issues: [{ code: 'yaml_syntax', line: 3 }] });
});
