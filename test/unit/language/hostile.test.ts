import { compileDefinition } from '../../../src/language';

/** Long texts that are made to be slow. Generous bound: machines differ, and a quadratic step takes minutes. */
const BOUND_MS = 10_000;
const SIZE = 131_072;
const fill = (head: string, piece: (n: number) => string): string => {
  let text = head;
  for (let n = 0; ; n += 1) {
    const next = piece(n);
    if (text.length + next.length > SIZE - 2) return text;
    text += next;
  }
};
const name = (n: number): string => `n${String(n).padStart(30, '0')}`;
const fiveHundred = (node: (n: number) => string): string =>
  `nodes:\n${Array.from({ length: 500 }, (_, n) => `  ${name(n)}: ${node(n)}`).join('\n')}`;
const list = (count: number, item: (n: number) => string): string =>
  `[${Array.from({ length: count }, (_, n) => item(n)).join(', ')}]`;

const TEXTS: [string, string][] = [
  ['deep lists', 'nodes: ' + '['.repeat(SIZE - 10)],
  ['deep maps', fill('', () => '{a: ')],
  ['deep block lists', `nodes:\n  ${'- '.repeat(100_000)}`],
  ['many keys', fill('vars:\n', (n) => `  k${n}: 1\n`)],
  ['the same key', fill('vars:\n', () => '  k: 1\n')],
  [
    'an alias bomb',
    `a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n${'abcdefghi'
      .split('')
      .slice(1)
      .map((key, index) => `${key}: &${key} [${`*${'abcdefghi'[index] ?? ''}, `.repeat(9)}]`)
      .join('\n')}`,
  ],
  ['an alias in itself', 'nodes: &a { x: *a }'],
  ['many anchors and aliases', fill('vars: &v0 1\n', (n) => `k${n}: &v${n + 1} [*v${n}]\n`)],
  ['many documents', fill('', () => '---\n')],
  ['many nodes', fill('nodes:\n', (n) => `  n${n}: {type: log, params: {message: x}}\n`)],
  ['many unknown fields', fill('nodes: {a: {type: log, params: {message: x}}}\n', (n) => `unknown_field_${n}: 1\n`)],
  [
    'all nodes point at all',
    fiveHundred(() => `{type: log, params: {message: x}, join: all, next: ${list(30, (n) => name(n * 16))}}`),
  ],
  [
    'all nodes need others',
    fiveHundred((n) => `{type: log, params: {message: x}, needs: ${list(30, (m) => name((n + m * 7 + 1) % 500))}}`),
  ],
  [
    'unknown targets with long names',
    fiveHundred(() => `{type: log, params: {message: x}, next: ${list(20, (n) => `x${name(n)}`)}}`),
  ],
  ['many expressions', fill('nodes: {a: {type: transform, params: {output: [1', (n) => `, "{{ input.a${n} + ${n} }}"`) + ']}}}'],
  ['one long text', `nodes: {a: {type: log, params: {message: "${'{{'.repeat(120_000)}"}}}`],
  ['one long quoted text', `nodes: {a: {type: log, params: {message: "${'\\\\'.repeat(60_000)}"}}}`],
  ['long plain text', `nodes: ${'a '.repeat(120_000)}`],
  ['comments', fill('', () => '#\n')],
  [
    'many conditions',
    fill('nodes: {a: {type: condition, params: {conditions: [', (n) => `{condition: "true", action: a${n}}, `) + ']}}}',
  ],
  ['a long duration', `timeout: ${'1'.repeat(200_000)}`],
];

test.each(TEXTS)('%s: answered in time', (_, text) => {
  const before = process.hrtime.bigint();
  const result = compileDefinition(text);
  const ms = Number(process.hrtime.bigint() - before) / 1e6;
  expect(ms).toBeLessThan(BOUND_MS);
  expect(JSON.stringify(result).length).toBeLessThan(1_048_576);
});
