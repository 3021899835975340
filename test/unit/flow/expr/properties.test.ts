import fc from 'fast-check';
import {
  checkExpression,
  checkTemplate,
  evaluateExpression,
  resolveTemplate,
  templateReferences,
} from '../../../../src/flow/expr';
import { RepriseError } from '../../../../src/flow/errors';
import { HELPERS } from '../../../../src/flow/expr/functions';
import type { Json } from '../../../../src/flow/json';
import { contextOf, frozen } from './support';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const scopeOf = (value: Json, list: readonly Json[]) =>
  frozen({
    input: { value, list: [...list], text: 'text', n: 3 },
    nodes: { 'a-b': value, c: { body: value } },
    item: value,
    index: 1,
  });

/** Text that is likely to reach the evaluator: real pieces in any order. */
const PIECES =
  'input nodes item . value list text n "a" 1 2.5 null true [ ] { } ( ) , : + - * / % == < && || ! ? ?? $prev x has .map(x, .filter(x, ["a-b"] [0]';
const pieces = fc
  .array(fc.constantFrom(' in ', ...PIECES.split(' '), ...Object.keys(HELPERS).map((name) => `${name}(`)), { maxLength: 24 })
  .map((parts) => parts.join(''));

/** Well-formed expressions, by construction. */
const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.constantFrom(
    '1',
    '2.5',
    '"a"',
    'null',
    'true',
    '[]',
    '{}',
    'input.value',
    'input.list',
    'input.gone',
    'nodes["a-b"]',
    'item',
    'index',
    'input.n',
  ),
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', 'in', '??'),
        tie('expression'),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc
      .tuple(fc.constantFrom(...Object.keys(HELPERS)), fc.array(tie('expression'), { maxLength: 3 }))
      .map(([name, args]) => `${name}(${args.join(', ')})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('map', 'filter', 'all', 'exists', 'sortBy', 'groupBy'), tie('expression'))
      .map(([a, name, b]) => `${a}.${name}(x, ${b})`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    tie('expression').map((a) => `{"k": ${a}}.k`),
  ),
}));

/** What an evaluation answers or refuses, as data. */
const outcome = (work: () => Json): unknown => {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof RepriseError)) throw error;
    expect(error.code).toMatch(/^expression_(error|too_costly)$/);
    return { code: error.code, message: error.message };
  }
};

const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), pieces, expression);

describe('laws of expressions', () => {
  it('any text is answered by issues, a value or a RepriseError, never by another exception', () => {
    fc.assert(
      fc.property(anything, json, (source, value) => {
        const checked = checkExpression(source);
        const result = outcome(() => evaluateExpression(source, scopeOf(value, [value]), contextOf(2_000)));
        if (!checked.ok) {
          expect(checked.issues.length).toBeGreaterThan(0);
          expect(result).toMatchObject({ code: 'expression_error' });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('any template is answered the same way', () => {
    const text = fc
      .tuple(anything, anything, fc.constantFrom('{{', '${', '\\{{'), fc.constantFrom('}}', '}', ''))
      .map(([a, b, open, close]) => `${a}${open}${b}${close}`);
    fc.assert(
      fc.property(fc.oneof(text, json), json, (template, value) => {
        const refused = checkTemplate(template).some(({ result }) => !result.ok);
        const result = outcome(() => resolveTemplate(template, scopeOf(value, []), contextOf(2_000)));
        if (refused) {
          expect(result).toHaveProperty('code');
          expect(() => templateReferences(template)).toThrow(RepriseError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the same text and data give the same value, cost and fault; the scope is frozen and so unchanged', () => {
    fc.assert(
      fc.property(expression, json, fc.array(json, { maxLength: 4 }), (source, value, list) => {
        const scope = scopeOf(value, list);
        const before = JSON.stringify(scope);
        const [first, second] = [contextOf(), contextOf()];
        expect(outcome(() => evaluateExpression(source, scope, first))).toStrictEqual(
          outcome(() => evaluateExpression(source, scope, second)),
        );
        expect(first.meter.spent).toBe(second.meter.spent);
        expect(JSON.stringify(scope)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('values are JSON: they survive writing and reading', () => {
    fc.assert(
      fc.property(expression, json, (source, value) => {
        const result = outcome(() => evaluateExpression(source, scopeOf(value, [value]), contextOf()));
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      }),
      { numRuns: 300 },
    );
  });

  it('well-formed expressions parse', () => {
    fc.assert(
      fc.property(expression, (source) => {
        const checked = checkExpression(source);
        // Helpers get a random number of arguments, and loops nest; all else must be accepted.
        if (!checked.ok)
          for (const issue of checked.issues)
            expect(['unknown_function', 'expression_too_large', 'regex_invalid']).toContain(issue.code);
      }),
    );
  });

  it('every reference is a path of the text, and evaluation reads nothing else', () => {
    fc.assert(
      fc.property(expression, json, (source, value) => {
        const checked = checkExpression(source);
        if (!checked.ok) return;
        const full = scopeOf(value, [value]);
        const roots = new Set(checked.value.references.map(({ root }) => root));
        const reduced = Object.fromEntries(Object.entries(full).filter(([root]) => roots.has(root)));
        expect(outcome(() => evaluateExpression(source, reduced, contextOf()))).toStrictEqual(
          outcome(() => evaluateExpression(source, full, contextOf())),
        );
      }),
    );
  });

  it('plain values come back as they are, whatever they hold', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(resolveTemplate('{{ input.value }}', scopeOf(value, []), contextOf())).toStrictEqual(value);
        expect(evaluateExpression('parseJson(json(input.value)) == input.value', scopeOf(value, []), contextOf())).toBe(true);
      }),
    );
  });
});
