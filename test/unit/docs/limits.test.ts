import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../../src/flow';

const root = join(__dirname, '../../..');
const page = readFileSync(join(root, 'docs/limits.md'), 'utf8');
const rows = [...page.matchAll(/^\|[^|]+\| +([^|]+?) +\| `(\w+)` +\|$/gm)].map((row) => ({
  name: row[2] ?? '',
  value: row[1] ?? '',
}));

/** A limit as people read it; the ending of its name is its unit. */
function shown(name: string, value: number): string {
  const KIB = 1024;
  const GIB = KIB * KIB * KIB;
  if (name.endsWith('Bytes') && value % GIB === 0) return `${value / GIB} GiB`;
  if (name.endsWith('Bytes')) return value % (KIB * KIB) === 0 ? `${value / (KIB * KIB)} MiB` : `${value / KIB} KiB`;
  if (name.endsWith('Ms')) return value >= 86_400_000 ? `${value / 86_400_000} days` : `${value / 1_000} s`;
  if (name.endsWith('Seconds')) return `${value} s`;
  return value.toLocaleString('en');
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('limits.ts'))
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  .join('\n');

test.each(Object.entries(LIMITS))('docs/limits.md tells %s', (name, value) => {
  expect(rows.filter((row) => row.name === name)).toEqual([{ name, value: shown(name, value) }]);
});

test('docs/limits.md tells of no other', () => {
  expect(rows.map((row) => row.name).filter((name) => !Object.hasOwn(LIMITS, name))).toEqual([]);
});

test('every limit is enforced somewhere', () => {
  expect(Object.keys(LIMITS).filter((name) => !new RegExp(`LIMITS\\.${name}\\b`).test(sources))).toEqual([]);
});
