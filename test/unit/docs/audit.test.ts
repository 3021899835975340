import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, ROOT } from './pages';

const folder = join(ROOT, 'src/service');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(folder, file), 'utf8'));
/** The actions that the use cases record, and the one that is made of run rows. */
const actions = sources
  .filter((text) => /\brecord(?:Of)?\(|const START =/.test(text))
  .flatMap((text) => [...text.matchAll(/'((?:workspace|session|account|api_key|secret|flow|run)\.[a-z_]+)'/g)])
  .map((match) => match[1] ?? '');

test.each([...new Set(actions)].toSorted())('docs/accounts.md tells of the audit action %s', (action) => {
  expect(read('docs/accounts.md').includes(`\`${action}\``)).toBe(true);
});

test('they were found', () => {
  expect(actions.length).toBeGreaterThan(15);
});
