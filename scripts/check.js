/** `npm run check`: the one gate. Format, lint with the layer rules, types, unused and copied code, unit tests. */
'use strict';
const { GATE } = require('./gate/steps');
const { runSteps } = require('./gate/run-steps');

void runSteps(GATE);
