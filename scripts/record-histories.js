/**
 * `npm run histories [case …]`: runs the flows of test/replay/cases on real engines and writes their histories anew. Only
 * for new cases: a recorded history that stays is what proves that newer code still understands older runs.
 */
'use strict';
const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..');
const { projects, testTimeout } = require('../jest.config.js');
const replay = projects.find((/** @type {{ displayName: string }} */ { displayName }) => displayName === 'replay');
const config = { ...replay, testMatch: ['<rootDir>/test/replay/record.ts'], testTimeout };
const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(process.execPath, [jest, '--config', JSON.stringify(config), '--runInBand'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, REPRISE_RECORD: process.argv.slice(2).join(',') },
});
process.exitCode = status ?? 1;
