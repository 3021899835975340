import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runNode } from '../../../scripts/gate/run-command';

const gate = (file: string): string => JSON.stringify(resolve(__dirname, '../../../scripts/gate', file));

describe('running steps', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reprise-steps-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a program over the gate's own code and answers what `npm test` would show. */
  async function run(program: string): Promise<{ lines: readonly string[]; code: number }> {
    const file = join(folder, 'program.js');
    const head = `const { runSteps } = require(${gate('run-steps.js')}); const { commandStep } = require(${gate('steps.js')});`;
    writeFileSync(file, `${head}\nconst step = (name, code) => commandStep(name, () => ['-e', code]);\n${program}\n`);
    const { stdout, code } = await promisify(execFile)(process.execPath, [file]).then(
      (done) => ({ stdout: done.stdout, code: 0 }),
      (error: unknown) => error as { stdout: string; code: number },
    );
    return { lines: stdout.trimEnd().split('\n'), code };
  }

  test('the last line is the counts, alone', async () => {
    const { lines, code } = await run(`void runSteps([step('good', '')]);`);
    expect(lines.at(-1)).toBe('1 passed, 0 failed');
    expect(code).toBe(0);
  });

  test('a failed step shows its output, and the later ones still run', async () => {
    const { lines, code } = await run(`void runSteps([step('bad', 'console.error("why"); process.exit(3)'), step('good', '')]);`);
    expect(lines).toContain('why');
    expect(lines).toContain('  bad ended with 3');
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('without the set-up every step counts as failed, not as absent', async () => {
    const { lines, code } = await run(
      `void runSteps([step('one', ''), step('two', '')], { needed: [step('set-up', 'process.exit(1)')] });`,
    );
    expect(lines.join('\n')).toContain('not run: the set-up failed');
    expect(lines.at(-1)).toBe('0 passed, 3 failed');
    expect(code).toBe(1);
  });

  test('a step whose tool is not there counts as failed', async () => {
    const { lines } = await run(`void runSteps([commandStep('gone', () => { throw new Error('no such tool'); })]);`);
    expect(lines.join('\n')).toContain('did not start: no such tool');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });

  test('a step that hangs is ended with its children', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })`;
    const { ended } = await runNode(['-e', `${child}; setInterval(() => {}, 1000)`], { show: false, limitMs: 500 });
    expect(ended).toBe('the time limit of 0.5 s');
  });
});
