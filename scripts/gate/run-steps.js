const { summary, table } = require('./tally');
const { say } = require('./steps');

/** @typedef {import('./tally').StepResult} StepResult */
/** @typedef {{ readonly name: string, readonly run: () => Promise<StepResult> }} Step */

/**
 * Runs steps in order, all of them: a failed one does not hide what the later ones find. Prints the table and, as the last
 * line, the counts; sets the exit code.
 * @param {readonly Step[]} steps
 * @param {{ readonly needed?: readonly Step[] }} [options] `needed` run first; when one fails the others cannot run, and
 *   each counts as failed
 * @returns {Promise<void>}
 */
async function runSteps(steps, { needed = [] } = {}) {
  /** @type {StepResult[]} */
  const results = [];
  const all = [...needed, ...steps];
  for (const [at, step] of all.entries()) {
    const blocked = results.slice(0, needed.length).some(({ failed }) => failed > 0);
    say(`▶ ${at + 1}/${all.length} ${step.name}`);
    const result = blocked ? notRun(step) : await step.run().catch((error) => broken(step, error));
    say(`${result.failed === 0 ? '✓' : '✗'} ${step.name} (${result.seconds.toFixed(1)} s)`);
    results.push(result);
  }
  for (const line of ['', ...table(results), '']) say(line);
  say(summary(results));
  process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
}

/** @param {Step} step @returns {StepResult} */
const notRun = ({ name }) => ({ name, passed: 0, failed: 1, skipped: [], seconds: 0, note: 'not run: the set-up failed' });

/** @param {Step} step @param {unknown} error @returns {StepResult} */
const broken = ({ name }, error) => ({
  name,
  passed: 0,
  failed: 1,
  skipped: [],
  seconds: 0,
  note: `did not start: ${error instanceof Error ? error.message : String(error)}`,
});

module.exports = { runSteps };
