/** The workflow bundle for tests, made of today's sources once and kept for the other test files: it takes seconds. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflows } from '../../src/worker/bundle';

const ROOT = join(__dirname, '..', '..');

/** Of everything that a bundle is made of. */
function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of ['src/flow', 'src/workflows', 'src/activities', 'src/codec']) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort())
      hash.update(path).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Its file; two test files that make it at once both write the same. */
async function make(): Promise<{ readonly codePath: string }> {
  const codePath = join(tmpdir(), `reprise-test-bundle-${fingerprint()}.js`);
  if (!existsSync(codePath)) {
    const part = `${codePath}.${randomUUID()}`;
    await writeFile(part, (await bundleWorkflows()).code);
    await rename(part, codePath);
  }
  return { codePath };
}

let made: ReturnType<typeof make> | undefined;
export const workflowBundle = (): ReturnType<typeof make> => (made ??= make());
