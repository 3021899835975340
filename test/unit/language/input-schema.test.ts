import type { Json } from '../../../src/flow';
import { checkInput } from '../../../src/language';
import { checkInputSchema } from '../../../src/language/input/check-input';

const ORDER: Json = {
  type: 'object',
  required: ['orderId', 'lines'],
  additionalProperties: false,
  properties: {
    orderId: { type: 'string', pattern: '^[A-Z]{2}-\\d+$' },
    mail: { type: 'string', format: 'email' },
    kind: { enum: ['a', 'b'] },
    lines: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } },
    },
  },
};

test('a good input has no issues', () => {
  expect(checkInput(ORDER, { orderId: 'AB-1', mail: 'a@b.example', kind: 'a', lines: [{ sku: 'x' }] })).toEqual([]);
});

test('all faults of an input are told with their paths', () => {
  const issues = checkInput(ORDER, { orderId: 'ab', mail: 'x', kind: 'c', lines: [{ sku: 1 }, {}, {}], more: 1 });
  expect(issues.map((issue) => [issue.code, issue.path])).toEqual(
    expect.arrayContaining([
      ['unknown_field', 'input.more'],
      ['invalid_value', 'input.orderId'],
      ['invalid_value', 'input.mail'],
      ['invalid_value', 'input.kind'],
      ['invalid_value', 'input.lines'],
      ['invalid_value', 'input.lines[0].sku'],
      ['missing_field', 'input.lines[1].sku'],
    ]),
  );
  expect(checkInput(ORDER, {}).map((issue) => issue.path)).toEqual(['input.orderId', 'input.lines']);
});

test('draft-07 and 2020-12 schemas both work', () => {
  const draft07 = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'array',
    items: [{ type: 'string' }],
    additionalItems: false,
  };
  expect(checkInput(draft07, ['a'])).toEqual([]);
  expect(checkInput(draft07, ['a', 1])).toHaveLength(1);
  const draft2020 = { type: 'array', prefixItems: [{ type: 'string' }], items: false };
  expect(checkInput(draft2020, ['a'])).toEqual([]);
  expect(checkInput(draft2020, ['a', 1])).toHaveLength(1);
});

describe('a schema that cannot be used is refused when it is saved', () => {
  const rows: [string, Json, (string | number)[]][] = [
    ['wrong type', { type: 'objekt' }, ['type']],
    ['nested wrong type', { properties: { a: { minimum: 'x' } } }, ['properties', 'a', 'minimum']],
    ['misspelt keyword', { requird: ['a'] }, []],
    ['unknown format', { format: 'colour' }, []],
    ['remote reference', { properties: { a: { $ref: 'https://x.example/s' } } }, ['properties', 'a', '$ref']],
    ['file reference', { $ref: 'other.json#/a' }, ['$ref']],
    ['dangling reference', { $ref: '#/$defs/nothing' }, []],
    ['identifier', { $id: 'https://x.example/me' }, ['$id']],
    ['back reference in a pattern', { pattern: '(a)\\1' }, []],
    ['broken pattern', { pattern: '(' }, []],
    ['too large', { enum: ['x'.repeat(70_000)] }, []],
    ['unknown draft', { $schema: 'https://x.example/draft' }, []],
  ];
  test.each(rows)('%s', (_, schema, place) => {
    const [fault] = checkInputSchema(schema);
    expect(fault).toMatchObject({ code: 'invalid_input_schema', place });
    expect(checkInput(schema, {})).toMatchObject([{ code: 'invalid_input_schema' }]);
  });
});

describe('no schema of an author holds the process', () => {
  const times = (n: number): number[] => Array.from({ length: n }, (_, index) => index);
  const doubling = {
    $ref: '#/$defs/s0',
    $defs: Object.fromEntries(
      times(60).map((n) => [`s${n}`, n === 59 ? {} : { allOf: [{ $ref: `#/$defs/s${n + 1}` }, { $ref: `#/$defs/s${n + 1}` }] }]),
    ),
  };
  const deepData = times(60).reduce<Json>((inner) => ({ a: inner }), {});
  const deepSchema = {
    $ref: '#/$defs/n',
    $defs: { n: { properties: { a: { allOf: [{ $ref: '#/$defs/n' }, { $ref: '#/$defs/n' }] } } } },
  };
  const rows: [string, Json, Json, boolean][] = [
    ['a reference to itself', { $ref: '#' }, {}, true],
    ['doubling references', doubling, {}, true],
    ['doubling along the data', deepSchema, deepData, true],
    ['a pattern that backtracks elsewhere', { pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`, false],
    ['many unequal maps', { uniqueItems: true }, times(50_000).map((n) => ({ n })), false],
    [
      'many long texts',
      { items: { allOf: times(500).map((n) => ({ minLength: n })) } },
      times(100).map(() => 'x'.repeat(10_000)),
      true,
    ],
    ['a long enumeration', { items: { enum: times(8_000) } }, times(50_000).map((n) => n + 10_000), true],
  ];
  test.each(rows)('%s', (_, schema, input, tooCostly) => {
    const before = process.hrtime.bigint();
    const codes = checkInput(schema, input).map((issue) => issue.code);
    const ms = Number(process.hrtime.bigint() - before) / 1e6;
    expect(codes.includes('input_too_costly')).toBe(tooCostly);
    expect(ms).toBeLessThan(5_000);
  });

  test('formats read hostile text in linear time', () => {
    const texts = ['a', '@', '.', '-', ':', '%', '1', '/', '0.', 'a@', ':a'].map((part) =>
      part.repeat(Math.floor(100_000 / part.length)),
    );
    const formats = [
      'date-time',
      'date',
      'time',
      'duration',
      'uri',
      'uri-reference',
      'uri-template',
      'email',
      'hostname',
      'ipv4',
      'ipv6',
      'regex',
      'uuid',
      'json-pointer',
      'byte',
      'url',
    ];
    const before = process.hrtime.bigint();
    for (const format of formats) for (const text of texts) checkInput({ format }, `${text}!`);
    expect(Number(process.hrtime.bigint() - before) / 1e6).toBeLessThan(5_000);
  });
});

test('a schema of trees may refer to itself', () => {
  const tree = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } }, required: ['name'] };
  expect(checkInput(tree, { name: 'a', children: [{ name: 'b', children: [] }] })).toEqual([]);
  expect(checkInput(tree, { name: 'a', children: [{}] })).toMatchObject([
    { code: 'missing_field', path: 'input.children[0].name' },
  ]);
});
