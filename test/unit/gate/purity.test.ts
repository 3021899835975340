import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const src = resolve(__dirname, '../../../src');
const sources = (folder: string): readonly string[] =>
  readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

/** The linter sees Date.now, but not the same clock asked by `new Date()`. */
describe.each(['flow', 'language'])('src/%s reads no clock', (folder) => {
  test.each(sources(folder))('%s', (file) => {
    expect(readFileSync(join(src, file), 'utf8')).not.toMatch(/\bnew Date\(\s*\)|[^.\w]Date\(\s*\)/);
  });
});
