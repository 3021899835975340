import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_NAMES } from '../../src/config';

test('docs/configuration.md has a row for each variable and no other', () => {
  const page = readFileSync(join(__dirname, '../../docs/configuration.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_0-9]+)`/gm)].map(([, name]) => name);
  expect(new Set(rows)).toEqual(new Set(CONFIG_NAMES));
  expect(rows).toHaveLength(CONFIG_NAMES.length);
});
