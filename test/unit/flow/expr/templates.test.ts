import { checkTemplate, resolveTemplate } from '../../../../src/flow/expr';
import type { Json } from '../../../../src/flow/json';
import { contextOf, frozen, refusalOf } from './support';

const scope = frozen({ input: { n: 3, t: true, s: 'text', nil: null, list: [1, { a: 2 }], url: 'http://x/{id}' } });
const resolve = (template: Json): Json => resolveTemplate(template, scope, contextOf());

describe('a templated string', () => {
  it.each<[string, Json]>([
    ['{{ input.n }}', 3],
    ['{{input.n}}', 3],
    ['${input.list}', [1, { a: 2 }]],
    ['{{ input.nil }}', null],
    ['{{ input.n }}\n', 3],
    ['{{ input.n }}\r\n', 3],
    ['{{ input.n }} ', '3 '],
    [' {{ input.n }}', ' 3'],
    ['{{ input.n }}{{ input.t }}', '3true'],
    ['a{{ input.nil }}b', 'ab'],
    ['${ input.s }-{{ input.list }}', 'text-[1,{"a":2}]'],
    ['\\{{ input.n }}', '{{ input.n }}'],
    ['\\${ input.n } {{ input.n }}', '${ input.n } 3'],
    ['\\\\{{ input.n }}', '\\{{ input.n }}'],
    ['{{ "}}" }}', '}}'],
    ['{{ \'}}\' + "{{" }}', '}}{{'],
    ['${ "}" }', '}'],
    ['{{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    ['{{{"a":{"b":1}}}}', { a: { b: 1 } }],
    ['${{"a": 1}.a}', 1],
    ['{{ r"\\d}}" }}', '\\d}}'],
    ['{{ """a"}}b""" }}', 'a"}}b'],
    ['{{ input.n // the number }} of', '3 of'],
    ['{{ input.n // the }} of', '3 of'],
    ['{{\n  input.n\n  + 1\n}}', 4],
    ['{{ input.url + "//y" }}', 'http://x/{id}//y'],
    ['$5 and {x} and }} stay', '$5 and {x} and }} stay'],
    ['{{ input.n }}$', '3$'],
    ['{{ "{{ input.n }}" }}', '{{ input.n }}'],
  ])('%j becomes %j', (template, expected) => expect(resolve(template)).toStrictEqual(expected));

  it.each<[string, number]>([
    ['{{ input.n', 0],
    ['x ${ input.n', 2],
    ['{{ input.n }', 0],
    ['{{ "}} ', 0],
    ['{{ }}', 2],
    ['a {{ 1 }} {{ + }}', 13],
    ['a {{ (1 }}', 5],
  ])('%j is refused at %d', (template, offset) => {
    const [checked] = checkTemplate(template);
    expect(checked?.result.ok === false && checked.result.issues[0]).toMatchObject({ code: 'expression_syntax', offset });
    expect(refusalOf(() => resolve(template)).code).toBe('expression_error');
  });
});

describe('a params tree', () => {
  it('is resolved in its strings alone, and shared where nothing changes', () => {
    const tree = frozen({ a: ['{{ input.n }}', 1, null, true, { b: 'x{{ input.s }}' }], '{{ input.s }}': 'plain' });
    expect(resolve(tree)).toStrictEqual({ a: [3, 1, null, true, { b: 'xtext' }], '{{ input.s }}': 'plain' });
    expect(resolve(null)).toBeNull();
    expect(resolve(5)).toBe(5);
  });

  it('names the expression that failed, not the whole', () => {
    const refusal = refusalOf(() => resolve({ a: 'ok {{ input.n }}', b: 'x {{ input.gone }}' }));
    expect(refusal.details).toEqual({ expression: 'input.gone', path: 'input.gone' });
  });

  it('may have a member named like a prototype without changing one', () => {
    const tree = JSON.parse('{"__proto__": "{{ input.n }}"}') as Json;
    const resolved = resolve(tree);
    expect(Object.getPrototypeOf(resolved)).toBe(Object.prototype);
    expect(JSON.stringify(resolved)).toBe('{"__proto__":3}');
  });
});
