/**
 * What ran and how it ended. A step is a command of the gate (counts as one) or a Jest project (counts as its tests).
 * @typedef {{ readonly name: string, readonly passed: number, readonly failed: number, readonly skipped: readonly string[],
 *   readonly seconds: number, readonly note?: string }} StepResult
 */

/**
 * The last line of a run, alone on its line: `N passed, N failed`.
 * @param {readonly StepResult[]} results
 */
const summary = (results) => {
  const sum = (/** @type {'passed' | 'failed'} */ key) => results.reduce((total, result) => total + result[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
};

/**
 * One line a step, then every skipped test by name: what did not run must be seen.
 * @param {readonly StepResult[]} results
 * @returns {readonly string[]}
 */
const table = (results) => {
  const width = Math.max(...results.map(({ name }) => name.length));
  return [
    ...results.map(({ name, passed, failed, skipped, seconds, note }) =>
      [
        failed === 0 ? '✓' : '✗',
        name.padEnd(width),
        `${passed} passed, ${failed} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`,
        `(${seconds.toFixed(1)} s)`,
        ...(note === undefined ? [] : [note]),
      ].join(' '),
    ),
    ...results.flatMap(({ name, skipped }) => skipped.map((test) => `- skipped in ${name}: ${test}`)),
  ];
};

/**
 * @typedef {{ readonly status: string, readonly fullName: string }} JestTest
 * @typedef {{ readonly name: string, readonly status: string, readonly assertionResults: readonly JestTest[] }} JestFile
 * @typedef {{ readonly testResults: readonly JestFile[] }} JestReport
 */

/**
 * Counts a Jest report. A file that broke before its tests counts as one failure, and so does a run that has nothing to
 * show, or that ended badly with all its tests green (coverage below its floor, a hook after the last test).
 * @param {JestReport | undefined} report
 * @param {number | string} ended the exit code, or the signal
 * @returns {Pick<StepResult, 'passed' | 'failed' | 'skipped' | 'note'>}
 */
const countTests = (report, ended) => {
  if (report === undefined) return { passed: 0, failed: 1, skipped: [], note: `no report, ended with ${ended}` };
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName);
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = failedTests + broken;
  if (failed === 0 && passed === 0) return { passed, failed: 1, skipped, note: 'ran no test' };
  if (failed === 0 && ended !== 0) return { passed, failed: 1, skipped, note: `all tests green, but ended with ${ended}` };
  return { passed, failed, skipped };
};

module.exports = { summary, table, countTests };
