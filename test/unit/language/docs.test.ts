import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileDefinition, NODE_TYPE_NAMES, renderNodeDoc } from '../../../src/language';

const DOCS = join(__dirname, '../../../docs');
const update = process.env['UPDATE_DOCS'] === '1';

const examplesOf = (file: string): [string, string][] =>
  [...readFileSync(join(DOCS, file), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map((match, index) => [
    `${file} #${index + 1}`,
    match[1] ?? '',
  ]);

test.each(NODE_TYPE_NAMES)('docs/nodes/%s.md is the page of its type (UPDATE_DOCS=1 writes it)', (type) => {
  const file = join(DOCS, 'nodes', `${type}.md`);
  if (update) writeFileSync(file, renderNodeDoc(type));
  expect(readFileSync(file, 'utf8')).toBe(renderNodeDoc(type));
});

const EXAMPLES = [
  ...examplesOf('flow-language.md'),
  ...(update ? [] : NODE_TYPE_NAMES.flatMap((type) => examplesOf(`nodes/${type}.md`))),
];

test.each(EXAMPLES)('the example %s compiles without issues and warnings', (_, text) => {
  expect(compileDefinition(text)).toMatchObject({ ok: true, warnings: [] });
});

test('the page of the language links every node type', () => {
  const page = readFileSync(join(DOCS, 'flow-language.md'), 'utf8');
  for (const type of NODE_TYPE_NAMES) expect(page).toContain(`(nodes/${type}.md)`);
});

test('every issue code of the table in the page is one that a test provokes, and the other way round', () => {
  const page = readFileSync(join(DOCS, 'flow-language.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map((match) => match[1] ?? '');
  const tests = readFileSync(join(__dirname, 'issue-codes.test.ts'), 'utf8');
  const tested = new Set([...tests.matchAll(/code: '([a-z_]+)'/g)].map((match) => match[1] ?? ''));
  expect(listed.filter((code) => !tested.has(code))).toEqual([]);
  expect([...tested].filter((code) => !listed.includes(code))).toEqual([]);
});
