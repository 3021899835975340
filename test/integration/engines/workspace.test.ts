/** `reprise workspace`: makes workspaces in the embedded store, one start after the other. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReprise } from '../../support/reprise-process';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-workspace-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<{ readonly code: number | string; readonly output: string }> {
  const process = startReprise(['workspace', ...args], { REPRISE_DATA_DIR: join(folder, 'data') });
  return { code: await process.ended, output: process.output() };
}

test('makes a workspace with an admin whose password is printed once; e-mails are unique over all', async () => {
  const made = await run('create', 'Acme Ltd', '--admin-email', 'ops@acme.example');
  expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/Workspace {2}Acme Ltd \(ws_\w{26}\)/) });
  expect(made.output).toMatch(/Password {3}[\w-]{20} {3}\(shown this once\)/);

  const file = join(folder, 'password');
  await writeFile(file, 'a password in a file, 2026\n');
  const taken = await run('create', 'Other', '--admin-email', 'OPS@acme.example', '--password-file', file);
  expect(taken).toMatchObject({ code: 1, output: expect.stringContaining('The e-mail belongs to an account already') });

  const other = await run('create', 'Other', '--admin-email', 'ops@other.example', '--password-file', file);
  expect(other).toMatchObject({ code: 0, output: expect.stringContaining(`as in ${file}`) });
  expect(other.output).not.toContain('a password in a file');

  const listed = await run('list');
  const names = listed.output.split('\n').flatMap((line) => /^ws_\w+ {2}\S+ {2}(.+)$/.exec(line)?.[1] ?? []);
  expect(names).toEqual(['Acme Ltd', 'Other']);
}, 120_000);

test.each([
  ['no name', ['create', '--admin-email', 'a@b.example']],
  ['no e-mail', ['create', 'Acme']],
  ['a bad e-mail', ['create', 'Acme', '--admin-email', 'nobody']],
  ['an unknown option', ['create', 'Acme', '--admin-email', 'a@b.example', '--role', 'admin']],
  ['an unknown verb', ['delete', 'Acme']],
  ['a file that is not there', ['create', 'Acme', '--admin-email', 'a@b.example', '--password-file', '/no/such/file']],
])('%s is refused in a sentence, before anything starts', async (_, args) => {
  const { code, output } = await run(...args);
  expect(code).toBe(1);
  expect(output).toMatch(/Usage: reprise workspace|cannot be read/);
  expect(output).not.toMatch(/\n {4}at /);
});

test('a weak password is refused and says why', async () => {
  const file = join(folder, 'weak');
  await writeFile(file, 'password1234');
  const { code, output } = await run('create', 'Weak', '--admin-email', 'w@weak.example', '--password-file', file);
  expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('everybody tries first') });
}, 60_000);
