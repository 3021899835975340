import * as language from '../../../../src/flow/expr';
import {
  checkExpression,
  checkTemplate,
  expressionReferences,
  templateReferences,
  type ExpressionLanguage,
  type Reference,
} from '../../../../src/flow/expr';
import { refusalOf } from './support';

const brief = ({ root, path, optional, dynamic }: Reference): string =>
  `${[root, ...path].join('/')}${dynamic ? '/*' : ''}${optional ? '?' : ''}`;
const of = (source: string): string[] => expressionReferences(source).map(brief);

it('the module keeps its contract', () => {
  const contract: ExpressionLanguage = language;
  expect(Object.keys(contract)).toHaveLength(6);
});

describe('references of an expression', () => {
  it.each<[string, string[]]>([
    ['1 + 2', []],
    ['input', ['input']],
    ['nodes.fetch.body.total', ['nodes/fetch/body/total']],
    ['nodes["resize-1"].body[0].x', ['nodes/resize-1/body/0/x']],
    ['input.items[index].price', ['input/items/*', 'index']],
    ['nodes[input.which].body', ['nodes/*', 'input/which']],
    ['nodes.a.total ?? vars.total ?? 0', ['nodes/a/total?', 'vars/total?']],
    ['upper(input.a) ?? input.b', ['input/a?', 'input/b']],
    ['has(input.a.b) && input.a.b > 1', ['input/a/b?', 'input/a/b']],
    ['input.items.map(x, x.price * vars.rate)', ['input/items', 'vars/rate']],
    ['input.items.filter(input, input.ok).map(x, nodes.a.b)', ['input/items', 'nodes/a/b']],
    ['nodes.a.items.map(x, nodes.b.items.exists(y, y.id == x.id && item.ok))', ['nodes/a/items', 'nodes/b/items', 'item/ok']],
    ['$prev.args.id + $prev.fetch.id', ['prev/args/id', 'prev/fetch/id']],
    ['secrets.SHOP', ['secrets/SHOP']],
    ['whatever.x', ['whatever/x']],
    ['{"a": input.a, "b": [input.b]}', ['input/a', 'input/b']],
    ['input.a ? input.b : -input.c', ['input/a', 'input/b', 'input/c']],
    ['input.name.upper().split(vars.by)', ['input/name', 'vars/by']],
    ['first(input.list).name', ['input/list']],
  ])('%s reads %j', (source, expected) => expect(of(source)).toEqual(expected));

  it('gives offsets in the text as written, behind `??` and `$prev` too', () => {
    const source = '$prev.a ?? (input.b ?? nodes.c)';
    expect(expressionReferences(source).map(({ offset }) => source.slice(offset))).toEqual([
      '$prev.a ?? (input.b ?? nodes.c)',
      'input.b ?? nodes.c)',
      'nodes.c)',
    ]);
  });
});

describe('references of a template', () => {
  const template = { url: 'x/{{ input.a }}/${ nodes.b.c }', list: ['plain', '{{ vars.d ?? 1 }}'], '{{ input.key }}': 1 };

  it('are those of all its strings, keys left out', () => {
    expect(templateReferences(template).map(brief)).toEqual(['input/a', 'nodes/b/c', 'vars/d?']);
    expect(templateReferences(['no', 'expressions', 1, null])).toEqual([]);
  });

  it('are told apart by the path of the string, with offsets in it', () => {
    const checked = checkTemplate(template);
    expect(checked.map(({ where }) => where)).toEqual([['url'], ['list', 1]]);
    const [url] = checked;
    expect(url?.result.ok === true && url.result.value.references.map(({ offset }) => template.url.slice(offset))).toEqual([
      'input.a }}/${ nodes.b.c }',
      'nodes.b.c }',
    ]);
  });

  it('collect the issues of every expression of a string', () => {
    const [checked] = checkTemplate('{{ a + }} and {{ uper(b) }}');
    expect(checked?.result.ok === false && checked.result.issues.map(({ code }) => code)).toEqual([
      'expression_syntax',
      'unknown_function',
    ]);
  });

  it('are refused where the text does not parse', () => {
    expect(refusalOf(() => templateReferences(['{{ a + }}'])).code).toBe('expression_error');
    expect(refusalOf(() => expressionReferences('a +')).code).toBe('expression_error');
  });
});

describe('checkExpression', () => {
  it.each<[string, string, number]>([
    ['', 'expression_syntax', 0],
    ['input.a +', 'expression_syntax', 9],
    ['input.a = 1', 'expression_syntax', 8],
    ['input.a ?? (b', 'expression_syntax', 11],
    ['size([1, 2)', 'expression_syntax', 5],
    ['input.a)', 'expression_syntax', 7],
    ['input.a ?? uper(b)', 'unknown_function', 11],
    ['upper()', 'unknown_function', 0],
    ['upper("a", "b")', 'unknown_function', 0],
    ['input.items.map(x.price)', 'unknown_function', 0],
    ['filter(input.items, x, x.a)', 'unknown_function', 0],
    ['x.matches("(a")', 'regex_invalid', 0],
    ['nodes.resize-1', 'expression_syntax', 6],
    ['1 + nodes.a-b-2.body', 'expression_syntax', 10],
    ['$prev.re-size', 'expression_syntax', 6],
    ['$input.a', 'expression_syntax', 0],
    ['"open', 'expression_syntax', 0],
    ['a @ b', 'expression_syntax', 2],
    ['has(1)', 'expression_syntax', 0],
    ['b"bytes"', 'expression_syntax', 0],
    ['a.?b', 'expression_syntax', 2],
    ['__default(1, 2)', 'expression_syntax', 0],
    ['9007199254740993', 'expression_syntax', 0],
    ['[1].map(a, [1].map(b, [1].map(c, c)))', 'expression_too_large', 22],
  ])('%j is refused: %s at %d', (source, code, offset) => {
    const result = checkExpression(source);
    expect(result.ok ? [] : result.issues.map((issue) => [issue.code, issue.offset])).toEqual([[code, offset]]);
  });

  it.each<[string, string]>([
    ['nodes.resize-1.body', 'nodes["resize-1"]'],
    ['nodes.a-b-2.body', 'nodes["a-b-2"]'],
    ['toUpperCase(input.a)', 'upper'],
    ['len(input.a)', 'size'],
    ['to_json(input.a)', 'json'],
    ['x.start_s_with("a")', 'startsWith'],
    ['input.a === 1', '=='],
    ['a and b', '&&'],
    ['x => x', 'map'],
    ['input.in', 'input["in"]'],
  ])('%s is refused with a suggestion of %s', (source, suggestion) => {
    const result = checkExpression(source);
    expect(result.ok ? '' : result.issues[0]?.suggestion).toContain(suggestion);
  });

  it('accepts subtraction that is written with spaces, and of deeper paths', () => {
    for (const source of ['nodes.count - 1', 'nodes.a.total-1', 'input.a-1', 'nodes.a -1'])
      expect(checkExpression(source).ok).toBe(true);
  });

  it('takes marks around a bare expression', () => {
    expect(of('{{ input.a > 1 }}')).toEqual(['input/a']);
    expect(of(' ${ input.a } ')).toEqual(['input/a']);
  });
});
