/**
 * `npm start`: set-up, then `reprise dev` in this same process, whose memory flags package.json sets (F3). What follows
 * `--` goes to it.
 */
'use strict';
const path = require('node:path');
const { setup } = require('./setup.js');

async function main() {
  // `reprise dev` finds the engines itself, in parallel and with the same progress lines.
  await setup({ engines: false });
  const { main: reprise } = require(path.join(__dirname, '..', 'dist', 'bin', 'reprise.js'));
  await reprise(['dev', ...process.argv.slice(2)]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
