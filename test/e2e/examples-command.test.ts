/** `npm run examples` as a newcomer runs it: nothing runs yet, so it starts Reprise, and stops it again. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, isPortFree } from '../../src/engines';

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'examples.js');
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  new Promise<{ readonly failed: boolean; readonly output: string }>((resolve) => {
    const clean = Object.entries(process.env).filter(([name]) => !/^(JEST_|NODE_)/.test(name));
    const options = { env: { ...Object.fromEntries(clean), ...env }, timeout: 170_000 };
    execFile(process.execPath, [SCRIPT, ...args], options, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });

test('an unknown name is answered with the names there are', async () => {
  const { failed, output } = await run(['helo']);
  expect(failed).toBe(true);
  expect(output).toContain('There is no example helo. There are: hello, api-chain, loop-join, long-wait, ops-report.');
});

test('hello and long-wait, with a restart of everything in between; afterwards nothing runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-examples-'));
  const port = await findFreePort();
  try {
    const { failed, output } = await run(['hello', 'long-wait'], { PORT: String(port), REPRISE_DATA_DIR: join(folder, 'data') });
    expect([failed, output]).toEqual([false, expect.stringContaining('{"greeting":"Hello, Ada!"}')]);
    expect(output).toMatch(/restarting Reprise.*\n(.*\n)* +event +.*: delivered\n +completed +\{"orderId":"A-1001"/);
    expect(await isPortFree(port)).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);
