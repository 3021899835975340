import { evaluateExpression } from '../../../../src/flow/expr';
import type { Json } from '../../../../src/flow/json';
import { contextOf, frozen, refusalOf } from './support';

const scope = frozen({
  input: { kind: 'cash', list: [{ a: 1 }], nil: null, text: 'abc' },
  nodes: { fetch: { body: { total: 5 } }, 'resize-1': { w: 1 } },
});
const run = (source: string): Json => evaluateExpression(source, scope, contextOf());
const missing = (source: string): unknown => refusalOf(() => run(source)).details['path'];

describe('a missing path', () => {
  it.each([
    ['nodes.fetch.body.totl', 'nodes.fetch.body.totl'],
    ['nodes.fetch.bdy.total * 2', 'nodes.fetch.bdy.total'],
    ['nodes.ftech.body', 'nodes.ftech.body'],
    ['nodes["resize-1"].h', 'nodes["resize-1"].h'],
    ['nodes["resize-2"].w', 'nodes["resize-2"].w'],
    ['input.list[1].a', 'input.list[1].a'],
    ['input.list[0].b', 'input.list[0].b'],
    ['input.list[-1]', 'input.list[-1]'],
    ['input.nil.a', 'input.nil.a'],
    ['input.text.length', 'input.text.length'],
    ['input.text[0]', 'input.text[0]'],
    ['error.code', 'error.code'],
    ['$prev.args', '$prev.args'],
    ['input.list.map(x, x.b)', 'x.b'],
    ['first(input.list).b', 'first(input.list).b'],
    ['input.constructor', 'input.constructor'],
    ['input.__proto__', 'input.__proto__'],
    ['input.list.length', 'input.list.length'],
    ['toString', 'toString'],
    ['input.a ?? input.b', 'input.b'],
  ])('%s fails and names %s', (source, path) => {
    const refusal = refusalOf(() => run(source));
    expect(refusal.code).toBe('expression_error');
    expect(refusal.details).toMatchObject({ expression: source, path });
    expect(refusal.message).toContain(path);
  });

  it('says what is there instead', () => {
    expect(refusalOf(() => run('nodes.fetch.body.totl')).message).toContain('it has total');
    expect(refusalOf(() => run('size(input.list.length)')).message).toContain('size(x)');
  });
});

describe('C2: `&&` does not absorb a missing path', () => {
  it.each([
    ['input.typo && false', 'input.typo'],
    ['false && input.typo', 'input.typo'],
    ['input.kind == "card" && nodes.fetch.body.totl > 1', 'nodes.fetch.body.totl'],
    ['input.kind == "card" && (input.kind == "x" && input.typo == 1)', 'input.typo'],
    ['input.kind == "card" && size(input.typo) > 1', 'input.typo'],
    ['input.kind == "card" && input.typo == 2 && input.typo == 3', 'input.typo'],
    ['input.kind == "card" && (input.typo ? true : false)', 'input.typo'],
    ['input.kind == "card" && (input.typo || true)', 'input.typo'],
  ])('%s names %s', (source, path) => expect(missing(source)).toBe(path));

  it.each<[string, Json]>([
    ['has(input.card) && input.card.last4 == 1', false],
    ['has(input.card) && has(input.card.x) && input.card.x.y == 1', false],
    ['input.nil != null && input.nil.a == 1', false],
    ['size(input.list) > 5 && input.list[5].a == 1', false],
    ['input.kind == "card" && (input.typo ?? 1) == 1', false],
    ['input.kind == "card" && has(input.typo)', false],
    ['input.kind == "card" && (input.kind == "cash" || input.typo == 1)', false],
    ['input.kind == "card" && (input.kind == "cash" ? 1 : input.typo) == 1', false],
    ['input.kind == "card" && input.list.exists(x, x.typo == 1)', false],
    ['input.kind == "card" && input.list[input.list[0].a].typo == 1', false],
    ['true || input.typo == 1', true],
    ['true ? 1 : input.typo', 1],
    ['[1, 2].filter(x, x > 5 && x.typo == 1)', []],
  ])('%s is %j: tested, defaulted, or not certain to be read', (source, expected) => expect(run(source)).toStrictEqual(expected));
});

describe('has()', () => {
  it.each<[string, boolean]>([
    ['has(input.nil)', true],
    ['has(input.x)', false],
    ['has(input.x.y.z)', false],
    ['has(input.list[0].a)', true],
    ['has(input.list[3].a)', false],
    ['has(error)', false],
    ['has(input)', true],
    ['has(input.constructor)', false],
    ['has(first(input.list).a)', true],
  ])('%s is %j', (source, expected) => expect(run(source)).toBe(expected));
});
