import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The layer rules must bite: each line of code below is put at its place in an empty tree, and the linter is run over it. */
const REFUSED: readonly (readonly [file: string, code: string])[] = [
  ['src/flow/a.ts', `import { z } from 'zod'; export const x = z;`],
  ['src/flow/run/b.ts', `import { compile } from '../../language'; export const x = compile;`],
  ['src/flow/run/c.ts', `import type { Config } from '../../config'; export type X = Config;`],
  ['src/flow/d.ts', `import { readFileSync } from 'node:fs'; export const x = readFileSync;`],
  ['src/flow/e.ts', `export const x = async () => import('node:os');`],
  ['src/flow/f.ts', `export { proxyActivities } from '@temporalio/workflow';`],
  ['src/flow/g.ts', `export const x = Date.now();`],
  ['src/flow/h.ts', `export const x = Math.random();`],
  ['src/flow/i.ts', `export const x = process.pid;`],
  ['src/flow/j.ts', `export const x = Temporal.Now;`],
  ['src/flow/k.ts', `export const x = globalThis;`],
  ['src/flow/l.ts', `export const x = require('zod');`],
  ['src/language/a.ts', `import { start } from '../service/contract'; export const x = start;`],
  ['src/language/nodes/b.ts', `import { readFileSync } from 'node:fs'; export const x = readFileSync;`],
  ['src/store/a.ts', `import mongoose from 'mongoose'; export const x = mongoose;`],
  ['src/store/mongo/b.ts', `import { app } from '../../api/app'; export const x = app;`],
  ['src/workflows/a.ts', `import { createActivities } from '../activities'; export const x = createActivities;`],
  ['src/workflows/b.ts', `import { readFileSync } from 'node:fs'; export const x = readFileSync;`],
  ['src/workflows/c.ts', `import { log } from '../logger'; export const x = log;`],
  ['src/workflows/d.ts', `import { uuid4 } from '@temporalio/workflow'; export const x = uuid4;`],
  ['src/workflows/e.ts', `export const x = Math.random();`],
  ['src/activities/a.ts', `import { runFlow } from '../workflows/run-flow'; export const x = runFlow;`],
  ['src/activities/b.ts', `import { connectStores } from '../store/mongo'; export const x = connectStores;`],
  ['src/activities/http/c.ts', `import type { Heads } from '../../store/mongo/heads'; export type X = Heads;`],
  ['src/projection/a.ts', `import { Client } from '@temporalio/client'; export const x = Client;`],
  ['src/projection/b.ts', `import { runFlow } from '../workflows'; export const x = runFlow;`],
  ['src/worker/a.ts', `import { createActivities } from '../activities'; export const x = createActivities;`],
  ['src/service/a.ts', `import { Client } from '@temporalio/client'; export const x = Client;`],
  ['src/service/b.ts', `import { createActivities } from '../activities'; export const x = createActivities;`],
  ['src/service/c.ts', `import Koa from 'koa'; export const x = Koa;`],
  ['src/api/a.ts', `import { createServices } from '../service'; export const x = createServices;`],
  ['src/api/flowrunner/b.ts', `import type { Run } from '../../store/ports'; export type X = Run;`],
  ['src/api/c.ts', `import mongoose from 'mongoose'; export const x = mongoose;`],
  ['src/api/d.ts', `export const x = process.env;`],
  ['src/engines/a.ts', `import { createApp } from '../api/app'; export const x = createApp;`],
  ['src/bin/a.ts', `export const x = process.env['PORT'];`],
  ['src/logger.ts', `import { parseConfig } from './config'; export const x = parseConfig;`],
];

const ALLOWED: readonly (readonly [file: string, code: string])[] = [
  ['src/flow/ok.ts', `import { sha256 } from '@noble/hashes/sha2'; export const x = sha256;`],
  ['src/flow/run/ok.ts', `import { LIMITS } from '../limits'; export const x = LIMITS;`],
  ['src/language/nodes/ok.ts', `import { z } from 'zod'; import { LIMITS } from '../../flow'; export const x = [z, LIMITS];`],
  ['src/language/ok.ts', `import { store } from './store'; export const x = store;`],
  ['src/store/mongo/ok.ts', `import mongoose from 'mongoose'; export const x = mongoose;`],
  ['src/workflows/ok.ts', `import type { Activities } from '../activities/contract'; export type X = Activities;`],
  ['src/activities/ok.ts', `import type { Stores } from '../store/ports'; export type X = Stores;`],
  ['src/projection/ok.ts', `import { TASK_QUEUE } from '../workflows/contract'; export const x = TASK_QUEUE;`],
  ['src/worker/ok.ts', `import { Worker } from '@temporalio/worker'; export const x = Worker;`],
  ['src/service/temporal/ok.ts', `import { Client } from '@temporalio/client'; export const x = Client;`],
  ['src/api/flowrunner/ok.ts', `import type { RunService } from '../../service/contract'; export type X = RunService;`],
  ['src/config.ts', `export const x = process.env;`],
  ['src/bin/ok.ts', `import { createApp } from '../api/app'; export const x = createApp;`],
];

const LAYER_RULE = /no-restricted-(?:imports|globals|properties)|no-require-imports/;

/** Files that the layer rules complain about. */
function complaints(files: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const root = mkdtempSync(join(tmpdir(), 'reprise-layers-'));
  try {
    const config = resolve(__dirname, '../../../oxlint.config.js');
    writeFileSync(join(root, 'oxlint.config.js'), `module.exports = require(${JSON.stringify(config)});\n`);
    for (const [file, code] of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), `${code}\n`);
    }
    const oxlint = join(dirname(require.resolve('oxlint/package.json')), 'bin/oxlint');
    const output = lint(oxlint, root);
    const { diagnostics } = JSON.parse(output) as { diagnostics: readonly { code: string; filename: string }[] };
    return new Set(diagnostics.filter(({ code }) => LAYER_RULE.test(code)).map(({ filename }) => filename.replaceAll('\\', '/')));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The linter ends with 1 when it finds something, which is what is wanted here. */
function lint(oxlint: string, cwd: string): string {
  try {
    return execFileSync(process.execPath, [oxlint, '-c', 'oxlint.config.js', '-f', 'json', 'src'], { cwd, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('layer rules', () => {
  const found = complaints([...REFUSED, ...ALLOWED]);

  test.each(REFUSED)('%s: %s', (file) => {
    expect(found).toContain(file);
  });

  test.each(ALLOWED)('allowed in %s: %s', (file) => {
    expect(found).not.toContain(file);
  });
});
