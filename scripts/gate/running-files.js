const fs = require('node:fs');

/** A Jest reporter that notes which files run in the file named by REPRISE_TEST_RUNNING: a run that hangs can be told where. */
class RunningFiles {
  /** @param {{ readonly path: string }} test */
  onTestFileStart({ path }) {
    note(`+${path}`);
  }

  /** @param {{ readonly path: string }} test */
  onTestFileResult({ path }) {
    note(`-${path}`);
  }
}

/** @param {string} line */
function note(line) {
  const file = process.env['REPRISE_TEST_RUNNING'];
  if (file !== undefined) fs.appendFileSync(file, `${line}\n`);
}

/**
 * Files that started and did not end.
 * @param {string} file
 * @returns {readonly string[]}
 */
const unfinished = (file) => {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const ended = new Set(lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1)));
  return lines.filter((line) => line.startsWith('+') && !ended.has(line.slice(1))).map((line) => line.slice(1));
};

module.exports = RunningFiles;
module.exports.unfinished = unfinished;
