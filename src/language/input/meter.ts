/**
 * Work of one validation. JSON Schema can be made exponential (`allOf` of two references to itself), and an author's schema
 * runs on our thread: every subschema, pattern and format charges here, and a validation that charges too much is refused.
 */
export class InputTooCostly extends Error {
  override readonly name = 'InputTooCostly';
}

/** About a second of work at worst; ordinary inputs use a few thousand units. */
const BUDGET = 3_000_000;

let left = 0;

export const spend = (units: number): void => {
  left -= units;
  if (left < 0) throw new InputTooCostly('the validation used up its budget');
};

/** Runs one synchronous validation with a fresh budget. */
export const metered = <T>(run: () => T): T => {
  left = BUDGET;
  return run();
};

/** What it costs to look at a value once: keywords scan texts, lists and maps. */
export const sizeCost = (data: unknown): number => {
  if (typeof data === 'string') return data.length >> 3;
  if (typeof data !== 'object' || data === null) return 0;
  return Array.isArray(data) ? data.length >> 3 : Object.keys(data).length;
};
