import fc from 'fast-check';
import { sameContent } from '../../../src/flow';

describe('sameContent', () => {
  test('law: a JSON copy has the same content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameContent(value, JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
    );
  });

  test.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: null }, { a: undefined }, false],
    [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
    ['1', 1, false],
    [JSON.parse('{"__proto__":1}'), {}, false],
    [{ toString: 1 }, {}, false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect([sameContent(a, b), sameContent(b, a)]).toEqual([expected, expected]);
  });

  test('depth is no limit', () => {
    const deep = (): unknown => Array.from({ length: 200_000 }).reduce<unknown>((inner) => [inner], 1);
    expect(sameContent(deep(), deep())).toBe(true);
  });
});
