import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PAGES, read, ROOT } from './pages';

/** GitHub's name of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

const anchors = (page: string): readonly string[] =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''));

const links = PAGES.flatMap((page) =>
  [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => [page, match[1] ?? ''] as const),
).filter(([, target]) => !/^[a-z]+:/.test(target));

/** What a link points at, as far as it is not there. */
function missing(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#', 2);
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, file))) return file;
  return anchor === undefined || !file.endsWith('.md') || anchors(file).includes(anchor) ? undefined : `#${anchor} in ${file}`;
}

test.each(links)('%s → %s', (page, target) => {
  expect(missing(page, target)).toBeUndefined();
});

test.each([
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/adr/README.md',
  'docs/limits.md',
  'docs/errors.md',
])('%s is there', (page) => {
  expect(PAGES).toContain(page);
});
