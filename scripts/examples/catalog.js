/** The examples on disk: their flow, input, expected output, and the event that one of them waits for. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const FOLDER = path.join(__dirname, '..', '..', 'examples');
/** In the order in which a newcomer reads them. */
const NAMES = ['hello', 'api-chain', 'loop-join', 'long-wait', 'ops-report'];

/**
 * @typedef {object} Example
 * @property {string} name its folder
 * @property {string} title the name that the flow gives itself
 * @property {string} definition the flow as text
 * @property {unknown} input
 * @property {unknown} expected
 * @property {{ name: string, key: string, data: unknown } | undefined} event
 */

/** @param {string} name @returns {Example} */
function readExample(name) {
  /** @param {string} file */
  const read = (file) => fs.readFileSync(path.join(FOLDER, name, file), 'utf8');
  const hasEvent = fs.existsSync(path.join(FOLDER, name, 'event.json'));
  const definition = read('flow.yaml');
  return {
    name,
    title: /^metadata: \{ name: ([^,]+),/m.exec(definition)?.[1] ?? name,
    definition,
    input: JSON.parse(read('input.json')),
    expected: JSON.parse(read('expected.json')),
    event: hasEvent ? JSON.parse(read('event.json')) : undefined,
  };
}

/**
 * Replaces the marks of the files by what is true here: `<services>` the address of the example servers, `<temporal>`
 * that of Temporal's HTTP API, `<namespace>`, and `<flow:NAME>` the id of a saved example.
 * @template T
 * @param {T} value JSON
 * @param {Readonly<Record<string, string>>} marks by mark, without the angle brackets
 * @returns {T}
 */
function fill(value, marks) {
  const text = JSON.stringify(value).replace(/<([a-z]+(?::[a-z-]+)?)>/g, (whole, mark) => marks[mark] ?? whole);
  return JSON.parse(text);
}

/** Names of the examples whose flow id an input mentions. @param {unknown} input @returns {string[]} */
function flowsNamed(input) {
  return [...JSON.stringify(input).matchAll(/<flow:([a-z-]+)>/g)].map((match) => match[1] ?? '');
}

/**
 * What an output lacks of what is expected, one line each; `<number>` stands for any number.
 * @param {unknown} actual @param {unknown} expected @param {string} [place] @returns {string[]}
 */
function compare(actual, expected, place = '$') {
  if (expected === '<number>')
    return typeof actual === 'number' ? [] : [`${place} is ${JSON.stringify(actual)}, expected a number`];
  const same = JSON.stringify(actual) === JSON.stringify(expected);
  if (same) return [];
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null)
    return [`${place} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  /** @param {unknown} of @param {string} name */
  const member = (of, name) => /** @type {Record<string, unknown>} */ (of)[name];
  return names.flatMap((name) => compare(member(actual, name), member(expected, name), `${place}.${name}`));
}

module.exports = { NAMES, readExample, fill, flowsNamed, compare };
