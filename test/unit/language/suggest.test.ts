import fc from 'fast-check';
import { closest, editDistance } from '../../../src/language/suggest';

test.each([
  ['maxattempts', 'maxAttempts'],
  ['max_attempts', 'maxAttempts'],
  ['nxt', 'next'],
  ['tpye', 'type'],
  ['htp.request', 'http.request'],
  ['conditon', 'condition'],
  ['banana', undefined],
  ['x', undefined],
  ['', undefined],
])('%s means %s', (word, meant) => {
  expect(closest(word, ['type', 'next', 'maxAttempts', 'http.request', 'condition', 'url'])).toBe(meant);
});

const word = fc.string({ maxLength: 12 });

test('the distance is a metric, and its limit only cuts it off', () => {
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      for (const limit of [0, 1, 3]) expect(editDistance(a, b, limit)).toBe(Math.min(editDistance(a, b), limit + 1));
    }),
  );
});

test('a name is its own best suggestion', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', 'c', 'd') }), { minLength: 1 }),
      (names) => {
        expect(closest(names[0] ?? '', names)).toBe(names[0]);
      },
    ),
  );
});
