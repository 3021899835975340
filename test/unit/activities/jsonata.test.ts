import type { Json, JsonObject } from '../../../src/flow';
import { createHarness, failureOf, outputOf, toCall, type Harness } from './harness';

const ORDER: JsonObject = {
  id: 'o1',
  lines: [
    { sku: 'a', price: 2, count: 3 },
    { sku: 'b', price: 5, count: 1 },
  ],
  text: 'x😀y😀z',
};

describe('jsonata', () => {
  let harness: Harness;
  beforeAll(() => (harness = createHarness()));
  afterAll(() => harness.close());
  const call = (expression: string, params: JsonObject = {}) =>
    harness.activities.call(toCall('jsonata', { expression, input: ORDER, ...params }, { timeoutMs: 15_000 }));

  it.each<[string, Json]>([
    ['{"id": id, "total": $sum(lines.(price * count))}', { id: 'o1', total: 11 }],
    ['lines[price > 3].sku', 'b'],
    ['lines.sku', ['a', 'b']],
    ['nothing', null],
    ['$', ORDER],
    ['$sort(lines, function($a, $b) { $a.price < $b.price }).sku', ['b', 'a']],
    ['$reduce([1..5], function($a, $b) { $a * $b })', 120],
    ['$now() & " " & $millis()', '2026-11-24T12:00:00.000Z 1795521600000'],
    ['$random() = $random()', false],
    ['$match(text, /😀(.)/).groups', ['y', 'z']],
    ['$replace(text, /(.)😀/, "$1!")', 'x!y!z'],
    ['$split("a1b22c", /[0-9]+/)', ['a', 'b', 'c']],
    ['$contains("HELLO", /hello/i)', true],
    ['$base64encode("héllo?")', 'aOlsbG8/'],
    ['$base64decode("aGVsbG8=")', 'hello'],
    ['$pad("x", -5, "ab")', 'ababx'],
    ['constructor', null],
    ['__proto__', null],
    ['$lookup($, "constructor")', null],
    ['lines.constructor.constructor("return 1")()', null],
  ])('%s', async (expression, expected) => {
    expect(await outputOf(call(expression))).toEqual(expected);
  });

  it('gives plain data: equal, with prototypes', async () => {
    expect(await outputOf(call('{"a": {"b": 1}}'))).toStrictEqual({ a: { b: 1 } });
  });

  it.each([
    ['lines[', /S0203|S0207/],
    ['$sum("x")', /T0412/],
    ['$error("boom")', /boom/],
    ['$assert(false, "no")', /no/],
    ['function($x) { $x }', /returned a function/],
    ['{"f": $sum}', /returned a function/],
    ['$eval("1 + 1")', /\$eval is not available/],
    ['$match("ab", /(?=b)/)', /without look-around/],
    ['$match("aa", /(a)\\1/)', /without look-around/],
    ['($f := function($n) { 1 + $f($n + 1) }; $f(1))', /Stack overflow|stack overflow/],
    ['[1..9999999]', /D2015/],
  ])('%s is a jsonata_error', async (expression, message) => {
    expect(await failureOf(call(expression))).toMatchObject({
      code: 'jsonata_error',
      message: expect.stringMatching(message),
      retryable: false,
    });
  });

  it('matches in linear time', async () => {
    const input = { s: `${'a'.repeat(5_000)}b` };
    expect(await outputOf(call('$contains(s, /^(a+)+$/)', { input, timeout: 5_000 }))).toBe(false);
  });

  it.each([
    '($f := function($n) { $f($n + 1) }; $f(1))',
    '$map([1..1000000], function($v) { $v }) ~> $count',
    '($x := [1..1000]; $x.($x.($x))) ~> $count',
  ])('%s ends at its time limit', async (expression) => {
    const startedAt = performance.now();
    expect(await failureOf(call(expression, { timeout: 300 }))).toMatchObject({
      code: expect.stringMatching(/^jsonata_(timeout|memory|error)$/),
    });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });

  it.each([
    '$pad("a", 500000000)',
    '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("xxxxxxxx", 40))',
    '($f := function($s, $n) { $n = 0 ? $s : $f([$s, $s], $n - 1) }; $f("x", 40))',
    '$map([1..300], function() { $pad("x", 1000000) })',
    '$string([1..1000000]) ~> $length',
  ])('%s does not take the memory of the process', async (expression) => {
    const before = process.memoryUsage().rss;
    const failure = await failureOf(call(expression, { timeout: 500 }));
    expect(failure.code).toMatch(/^(jsonata_(timeout|memory|error)|output_too_large)$/);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1_024 * 1_024);
    expect(await outputOf(call('1'))).toBe(1);
  });
});
