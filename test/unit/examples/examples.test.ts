/** The examples as text: they validate, their input fits, and their folder is whole. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../../src/flow';
import { checkInput, compileDefinition } from '../../../src/language';
import { compare, fill, NAMES, readExample } from '../../../scripts/examples/catalog';

test('the catalog names every folder', () => {
  const folders = readdirSync(path.join(__dirname, '..', '..', '..', 'examples'), { withFileTypes: true });
  expect([...NAMES].sort()).toEqual(folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
});

describe.each(NAMES)('%s', (name) => {
  const example = readExample(name);
  const compiled = compileDefinition(example.definition);

  test('is a valid flow', () => {
    expect(compiled).toMatchObject({ ok: true });
  });

  test('its input fits its schema', () => {
    if (!compiled.ok) throw new Error('does not compile');
    expect(compiled.inputSchema).toBeDefined();
    expect(checkInput(compiled.inputSchema ?? null, example.input as JsonObject)).toEqual([]);
  });

  test('its expected output equals itself', () => {
    const filled = fill(example.expected, { 'flow:hello': 'flow_1' });
    expect(compare(JSON.parse(JSON.stringify(filled).replaceAll('"<number>"', '1')), filled)).toEqual([]);
    expect(compare({}, filled)).not.toEqual([]);
  });
});
