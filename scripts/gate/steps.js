const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { runNode, root } = require('./run-command');
const { unfinished } = require('./running-files');
const { countTests } = require('./tally');

/** @typedef {import('./tally').StepResult} StepResult */

const MINUTE_MS = 60_000;

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

/** @param {number} since */
const secondsSince = (since) => (Date.now() - since) / 1000;

/**
 * The file that a package names as its command. Looked up when the step runs: before the set-up there are no packages.
 * @param {string} name
 */
const command = (name) => {
  const manifest = path.join(root, 'node_modules', name, 'package.json');
  const { bin } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  return path.join(path.dirname(manifest), typeof bin === 'string' ? bin : bin[name === 'typescript' ? 'tsc' : name]);
};

/**
 * A command that must end with 0; it counts as one test. Its output is shown when it does not.
 * @param {string} name
 * @param {() => readonly string[]} args
 * @param {{ readonly show?: boolean, readonly limitMs?: number }} [options]
 * @returns {{ readonly name: string, readonly run: () => Promise<StepResult> }}
 */
const commandStep = (name, args, { show = false, limitMs = 3 * MINUTE_MS } = {}) => ({
  name,
  run: async () => {
    const since = Date.now();
    const { ended, output } = await runNode(args(), { show, limitMs });
    const good = ended === 0;
    if (!good) say(`${output.trimEnd()}\n  ${name} ended with ${ended}`);
    return { name, passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: [], seconds: secondsSince(since) };
  },
});

/**
 * A Jest project; it counts as its tests.
 * @param {string} project
 * @param {{ readonly limitMs: number, readonly flags?: readonly string[] }} options
 * @returns {{ readonly name: string, readonly run: () => Promise<StepResult> }}
 */
const jestStep = (project, { limitMs, flags = [] }) => ({
  name: `${project} tests`,
  run: async () => {
    const since = Date.now();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'reprise-tests-'));
    const file = path.join(folder, 'report.json');
    const running = path.join(folder, 'running');
    try {
      const args = [command('jest'), '--ci', '--selectProjects', project, '--json', `--outputFile=${file}`];
      const reporters = ['--reporters=default', `--reporters=${path.join(__dirname, 'running-files.js')}`];
      const env = { REPRISE_TEST_RUNNING: running };
      const { ended } = await runNode([...args, ...reporters, ...flags], { show: true, limitMs, env });
      const report = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
      if (report === undefined)
        for (const test of unfinished(running)) say(`  still running at the end: ${path.relative(root, test)}`);
      return { name: `${project} tests`, ...countTests(report, ended), seconds: secondsSince(since) };
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
});

/** Branches of the pure code that its tests must take, in percent. The goal is 100: raise it with every test, never lower it. */
const FLOW_BRANCHES = 94;
const FLOW_COVERAGE = [
  '--coverage',
  '--collectCoverageFrom=src/flow/**/*.ts',
  '--coverageReporters=text-summary',
  '--coverageReporters=json-summary',
  `--coverageThreshold=${JSON.stringify({ global: { branches: FLOW_BRANCHES } })}`,
];

const GATE = [
  commandStep('format', () => [command('prettier'), '--check', '--log-level', 'warn', '.']),
  commandStep('lint', () => [command('oxlint'), '-c', 'oxlint.config.js', '--type-aware', '--deny-warnings']),
  commandStep('types', () => [command('typescript'), '--noEmit', '-p', 'tsconfig.json']),
  commandStep('unused code', () => [command('knip'), '--no-progress']),
  commandStep('copied code', () => [command('jscpd'), '--config', '.jscpd.json']),
  jestStep('unit', { limitMs: 6 * MINUTE_MS, flags: FLOW_COVERAGE }),
];

/** Real engines: slower, and a worker of Jest more would only make them wait for each other on two cores. */
const ENGINES = [
  jestStep('integration', { limitMs: 8 * MINUTE_MS }),
  jestStep('replay', { limitMs: 3 * MINUTE_MS }),
  jestStep('e2e', { limitMs: 8 * MINUTE_MS }),
];

module.exports = { GATE, ENGINES, commandStep, say, MINUTE_MS };
