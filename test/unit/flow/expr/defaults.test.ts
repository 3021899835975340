import { checkExpression, evaluateExpression } from '../../../../src/flow/expr';
import type { Json } from '../../../../src/flow/json';
import { contextOf, frozen, refusalOf } from './support';

const scope = frozen({ input: { zero: 0, no: false, empty: '', nil: null, list: [1], text: 'abc', deep: { a: { b: 1 } } } });
const value = (source: string): Json => evaluateExpression(source, scope, contextOf());

describe('`??`', () => {
  it.each<[string, Json]>([
    ['input.zero ?? 1', 0],
    ['input.no ?? true', false],
    ['input.empty ?? "x"', ''],
    ['input.nil ?? 1', 1],
    ['input.x ?? 1', 1],
    ['input.x.y.z ?? 1', 1],
    ['input.text.length ?? 1', 1],
    ['input.nil.a ?? 1', 1],
    ['input.list[3] ?? 1', 1],
    ['input.list[input.zero] ?? 9', 1],
    ['input["x"]["y"] ?? 1', 1],
    ['nowhere ?? 1', 1],
    ['input.a ?? input.b ?? input.c ?? 4', 4],
    ['(input.a ?? input.b) ?? 4', 4],
    ['upper(input.a) ?? "none"', 'none'],
    ['input.list.map(x, x.y) ?? []', []],
    ['[input.a ?? 1, input.b ?? 2]', [1, 2]],
    ['{"a": input.a ?? 1, "b": input.b ?? {"c": input.c ?? 3}}', { a: 1, b: { c: 3 } }],
    ['size(input.a ?? [1, 2])', 2],
    ['input.list[input.a ?? 0]', 1],
    ['input.list.map(x, x.y ?? x)', [1]],
    ['"a ?? b"', 'a ?? b'],
    ["'a' + \"?? 'b' ??\"", "a?? 'b' ??"],
    ['input.a ?? "}}"', '}}'],
    ['input.no ? input.a ?? 1 : input.b ?? 2', 2],
    ['input.a ?? input.no ? 1 : 2', 2],
    ['input.a??1', 1],
    ['(input.a ?? {"b": [1, 2]}).b[1]', 2],
    ['!(input.a ?? true)', false],
    ['input.a ?? 1 + 1', 2],
    ['1 + (input.a ?? 1)', 2],
    ['input.a ?? -1', -1],
    ['input.zero // a comment ?? "\n ?? 5', 0],
  ])('%s is %j', (source, expected) => expect(value(source)).toStrictEqual(expected));

  it('takes missing paths and null only: other faults stay faults', () => {
    expect(refusalOf(() => value('1 / 0 ?? 5')).code).toBe('expression_error');
    expect(refusalOf(() => value('("a" + 1) ?? 5')).code).toBe('expression_error');
  });

  it('does not hide that the budget is used up', () => {
    expect(refusalOf(() => evaluateExpression('range(5000).map(x, x + 1) ?? 5', scope, contextOf(100))).code).toBe(
      'expression_too_costly',
    );
  });

  it.each(['?? 1', '1 ??', '1 ?? ?? 2', 'f(1 ??)', '[?? 1]', '{"a": ??}', '(1 ??) + 2'])(
    '%s is refused with its place',
    (source) => {
      const result = checkExpression(source);
      expect(result.ok ? [] : result.issues.map(({ code, offset }) => [code, offset])).toContainEqual([
        'expression_syntax',
        source.indexOf('??'),
      ]);
    },
  );
});
