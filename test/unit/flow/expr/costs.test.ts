import { evaluateExpression, expressionReferences, resolveTemplate } from '../../../../src/flow/expr';
import { createCache } from '../../../../src/flow/expr/lru';
import { estimatedSize } from '../../../../src/flow/expr/functions/regex-size';
import type { JsonObject } from '../../../../src/flow/json';
import { contextOf, frozen, refusalOf } from './support';

const scopeOf = (length: number): JsonObject =>
  frozen({ input: { list: Array.from({ length }, (_, n) => n), text: 'a'.repeat(length) } });
const costOf = (source: string, length: number): number => {
  const context = contextOf(Number.POSITIVE_INFINITY);
  evaluateExpression(source, scopeOf(length), context);
  return context.meter.spent;
};

describe('the cost of an evaluation (C1, X7)', () => {
  it.each([
    'input.list.map(x, x + 1)',
    'input.list.filter(x, x > 3)',
    'input.list.all(x, x >= 0)',
    'sum(input.list)',
    'unique(input.list)',
    'input.list + input.list',
    'input.list == slice(input.list, 0)',
    'flatten([input.list])',
    'json(input.list)',
    'upper(input.text)',
    'sha256(input.text)',
    'input.text.matches("b+c")',
    'replace(input.text, "a", "b")',
    'base64Encode(input.text)',
    '[input.list]',
  ])('of %s grows with the data', (source) => {
    expect(costOf(source, 2_000)).toBeGreaterThan(costOf(source, 200) * 4);
  });

  it('of a reference does not', () => expect(costOf('input.list', 10_000)).toBe(costOf('input.list', 1)));

  it('is charged for all items before the first one is evaluated', () => {
    const context = contextOf(100);
    expect(refusalOf(() => evaluateExpression('input.list.map(x, uuid())', scopeOf(10_000), context)).code).toBe(
      'expression_too_costly',
    );
    expect(context.uuid()).toBe('00000000-0000-4000-8000-000000000000');
  });

  it('is the same when the text is cached and when the pattern is', () => {
    const source = 'input.text.matches("a{3}" + "$") && input.text.matches("a{3}$")';
    expect(costOf(source, 50)).toBe(costOf(source, 50));
  });

  it('lets ordinary work through: a join of 1,000 × 100, 10,000 items mapped, a page of text', () => {
    const scope = frozen({
      input: {
        rows: Array.from({ length: 1_000 }, (_, id) => ({ id, of: id % 100 })),
        keys: Array.from({ length: 100 }, (_, id) => id),
      },
    });
    expect(evaluateExpression('size(input.rows.filter(r, input.keys.exists(k, k == r.of)))', scope, contextOf())).toBe(1_000);
    expect(evaluateExpression('sum(input.list.map(x, x * 2))', scopeOf(10_000), contextOf())).toBe(99_990_000);
    expect(resolveTemplate('{{ upper(input.text) }}', scopeOf(5_000), contextOf())).toHaveLength(5_000);
  });
});

describe('the cache of parsed text (C3)', () => {
  it('keeps the recently used, within its entries and characters', () => {
    let made = 0;
    const cache = createCache<number>({ entries: 3, chars: 10 });
    const get = (key: string): number => cache.get(key, () => (made += 1));
    for (const key of ['a', 'b', 'c', 'a', 'd']) get(key);
    expect([cache.size(), made, get('a'), made]).toEqual([3, 4, 1, 4]);
    get('b');
    expect(made).toBe(5);
    get('x'.repeat(50));
    expect(cache.size()).toBe(1);
  });

  it('answers the same object for the same text', () => {
    expect(expressionReferences('input.a.b')).toBe(expressionReferences('input.a.b'));
  });
});

describe('the estimated size of a pattern', () => {
  it.each([
    ['abc', 3],
    ['[a-z]{10}', 10],
    ['a{2,5}b', 6],
    ['(ab){10}', 40],
    ['((ab){10}){10}', 420],
    ['\\d{4}-\\d{2}', 7],
    ['\\p{L}{3}', 33],
    ['[]a]{2}', 2],
    ['a{,5}', 5],
    ['(((', 0],
    ['a)b', 3],
  ])('%s is about %d', (pattern, size) => expect(Math.abs(estimatedSize(pattern) - size)).toBeLessThanOrEqual(4));
});
