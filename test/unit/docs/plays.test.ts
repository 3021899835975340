import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileDefinition } from '../../../src/language';
import { FUNCTIONS } from '../../../src/language/forms/plays/expressions/functions';
import { MODULE_NAMES } from '../../../src/language/forms/plays/modules';

const page = readFileSync(join(__dirname, '../../../docs/plays.md'), 'utf8');

test('the flow of docs/plays.md compiles', () => {
  const [, text = ''] = /```json plays\n(.*?)```/s.exec(page) ?? [];
  expect(compileDefinition(text)).toMatchObject({ ok: true, form: 'plays' });
});

test('docs/plays.md tells of every module and every function', () => {
  const wordOf = (name: string): string => name.replace(/^\$\w+/, '').replace(/^\./, '');
  expect(MODULE_NAMES.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  // Other spellings of `ne`, `gte` and `lte` need no row.
  const names = Object.keys(FUNCTIONS).filter((name) => !['neq', 'ge', 'le'].includes(name));
  expect(names.filter((name) => !new RegExp(`\\b${wordOf(name)}\\b`).test(page))).toEqual([]);
});
