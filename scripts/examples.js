/**
 * `npm run examples [name …]`: starts what the examples need, saves their flows, runs them and prints what came out.
 * Without a name all five run. Ends with 1 when an output is not the expected one.
 */
'use strict';
const { setup } = require('./setup.js');
const { logIn } = require('./examples/api.js');
const { NAMES, compare, fill, flowsNamed, readExample } = require('./examples/catalog.js');
const { findReprise } = require('./examples/reprise.js');
const { startServices } = require('./examples/services.js');

const WAIT_SECONDS = 60;
/** How often an example runs before another one reports on it. */
const RUNS_TO_REPORT_ON = 3;

/** @param {string} line */
const say = (line) => process.stdout.write(`  ${line}\n`);
/** @param {string} what @param {string} text */
const show = (what, text) => say(`${what.padEnd(10)} ${text}`);

/**
 * @param {string} name
 * @param {import('./examples/reprise.js').Reprise} reprise
 * @param {Readonly<Record<string, string>>} marks
 * @returns {Promise<boolean>} whether the output is the expected one
 */
async function runExample(name, reprise, marks) {
  process.stdout.write(`\n${name}\n`);
  const api = await logIn(reprise.url, reprise.credentials);
  const example = readExample(name);
  /** @type {Record<string, string>} */
  const known = { ...marks };
  for (const other of flowsNamed(example.input)) {
    const { title, definition, input } = readExample(other);
    const id = await api.save(title, definition);
    for (let count = 0; count < RUNS_TO_REPORT_ON; count += 1) await api.run(id, fill(input, marks), WAIT_SECONDS);
    known[`flow:${other}`] = id;
  }
  const flow = await api.save(example.title, example.definition);
  const input = fill(example.input, known);
  show('input', JSON.stringify(input));
  let execution = await api.run(flow, input, example.event === undefined ? WAIT_SECONDS : 1);
  show('run', execution.id);
  if (example.event !== undefined) execution = await answer(execution, example.event, reprise);
  show(execution.status, JSON.stringify(execution.result ?? execution.error));
  const faults = compare(execution.result, fill(example.expected, known));
  for (const fault of faults) say(`✗ ${fault}`);
  return faults.length === 0;
}

/**
 * The run waits for an event: everything is stopped and started again before the event is sent.
 * @param {import('./examples/api.js').Execution} execution
 * @param {{ name: string, key: string, data: unknown }} event
 * @param {import('./examples/reprise.js').Reprise} reprise
 */
async function answer(execution, event, reprise) {
  show('waits', `(${execution.state}) for the event "${event.name}"`);
  if (reprise.ours) {
    say('restarting Reprise with its Temporal server while the run waits …');
    await reprise.restart();
  } else say('Reprise was not started by this command, so it is not restarted: try it yourself while a run waits.');
  const api = await logIn(reprise.url, reprise.credentials);
  show('event', `${JSON.stringify(event.data)}: ${await api.deliver(execution.id, event)}`);
  return api.get(execution.id, WAIT_SECONDS);
}

/** @param {readonly string[]} asked */
async function main(asked) {
  const unknown = asked.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`There is no example ${unknown.join(', ')}. There are: ${NAMES.join(', ')}.`);
  await setup({ engines: false });
  const reprise = await findReprise(say);
  try {
    const services = await startServices({ port: reprise.servicesPort });
    try {
      const marks = { services: services.url, temporal: reprise.temporal, namespace: reprise.namespace };
      for (const name of asked.length === 0 ? NAMES : asked) if (!(await runExample(name, reprise, marks))) process.exitCode = 1;
    } finally {
      await services.close();
    }
  } finally {
    await reprise.stop();
  }
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
