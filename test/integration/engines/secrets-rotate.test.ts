/** `reprise secrets rotate` as a command; what it does under load is in store/secret-rotation. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReprise } from '../../support/reprise-process';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-secrets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<{ readonly code: number | string; readonly output: string }> {
  const process = startReprise(['secrets', ...args], { REPRISE_DATA_DIR: join(folder, 'data') });
  return { code: await process.ended, output: process.output() };
}

test('it says what it did, also with a second key in the file', async () => {
  expect(await run('rotate')).toMatchObject({ code: 0, output: expect.stringContaining('0 looked at, 0 brought') as string });
  const file = join(folder, 'data', 'secrets', 'encryption-keys');
  await writeFile(file, `k2:${randomBytes(32).toString('base64')},${await readFile(file, 'utf8')}`);
  expect(await run('rotate')).toMatchObject({ code: 0 });
}, 120_000);

test('a key file that cannot be read is refused without its content', async () => {
  await writeFile(join(folder, 'data', 'secrets', 'encryption-keys'), 'k2:bm90IGEga2V5');
  const { code, output } = await run('rotate');
  expect(code).toBe(1);
  expect(output).toContain('encryption-keys must be a comma-separated list');
  expect(output).not.toContain('bm90IGEga2V5');
}, 60_000);

test.each([[[]], [['rewrap']], [['rotate', 'now']]])('%j is refused with the usage', async (args) => {
  expect(await run(...args)).toMatchObject({ code: 1, output: expect.stringContaining('Usage: reprise secrets rotate') as string });
});
