/** `npm test`: the set-up of a fresh clone, the gate, then everything on real engines. Node built-ins only. */
'use strict';
const path = require('node:path');
const { GATE, ENGINES, MINUTE_MS, commandStep } = require('./gate/steps');
const { runSteps } = require('./gate/run-steps');

const setup = commandStep('set-up', () => [path.join(__dirname, 'setup.js')], { show: true, limitMs: 10 * MINUTE_MS });

void runSteps([...GATE, ...ENGINES], { needed: [setup] });
