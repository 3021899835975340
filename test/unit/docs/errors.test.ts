import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { toHttpFailure } from '../../../src/api/errors';
import { RepriseError } from '../../../src/flow';

const root = join(__dirname, '../../..');
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
const documented = [...page.matchAll(/^\|(?: (\d{3}) +\|)? `([a-z_]+)` +\|/gm)].map((row) => ({
  code: row[2] ?? '',
  status: row[1],
}));

/** Issues of definitions have a page and a test of their own; the command line and zod's own word are no codes of failures. */
const ELSEWHERE = /^(?:language|bin|engines|flow[/\\]expr)[/\\]/;
const NO_CODES = ['custom', 'too_many_events', 'code'];
/** How the sources spell a code where it is made. */
const MADE = [
  /new RepriseError\(\s*'([a-z_]+)'/g,
  /\b(?:toFailure|failure|refuse|outside)\((?:[^()']*,)?\s*'([a-z_]+)'/g,
  /\bcode: '([a-z_]+)'/g,
];

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, 'src', file), 'utf8') }));
const made = files
  .filter(({ file }) => !ELSEWHERE.test(file))
  .flatMap(({ text }) => MADE.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? '')))
  .filter((code) => !NO_CODES.includes(code) && !['FAIL', 'CANCELLED'].includes(code));

test.each([...new Set(made)].toSorted())('%s is on the page', (code) => {
  expect(documented.map((row) => row.code)).toContain(code);
});

const all = files.map(({ text }) => text).join('\n');
/** Made of the name of the node type and what happened. */
const COMPOSED = /^(?:script|jsonata)_(?:error|timeout|memory)$/;

test.each([...new Set(documented.map(({ code }) => code))].filter((code) => !COMPOSED.test(code)))('%s exists', (code) => {
  expect(all.includes(`'${code}'`)).toBe(true);
});

test.each(documented.filter(({ status }) => status !== undefined))(
  'a request is answered $status for $code',
  ({ code, status }) => {
    expect(String(toHttpFailure(new RepriseError(code, 'a message'), 'req_1').status)).toBe(status);
  },
);
