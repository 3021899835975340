/**
 * `npm run bench [row …]`: what our flows cost against the same steps written by hand, on the same server in one run.
 * Writes bench/results.md; with rows named, only prints.
 */
'use strict';
const path = require('node:path');
const { setup } = require('./setup.js');

async function main() {
  await setup();
  require(path.join(__dirname, '..', 'bench', 'register.js'));
  const { runBench } = require(path.join(__dirname, '..', 'bench', 'run.ts'));
  await runBench(process.argv.slice(2));
}

main().then(
  () => process.exit(),
  (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exit(1);
  },
);
