import { parseDuration } from '../duration';
import type { Json } from '../json';
import type { Value } from '../value';
import { jsonOf } from './ask';
import { failRun } from './fail-and-stop';
import { toFailure } from './failures';
import type { Machine } from './machine';
import type { NodeRun } from './state';

/**
 * The plan's own numbers are milliseconds; a number that a template gives is in seconds, as an author would have written it.
 * Undefined: no duration, or longer than ten years.
 */
export const durationOf = (source: Json, value: Json): number | undefined => {
  if (typeof value === 'string') return parseDuration(value);
  if (typeof value !== 'number') return undefined;
  return parseDuration(typeof source === 'number' ? value : value * 1_000);
};

/** Fails a node run because a param came out as something that it cannot be. */
export const invalid = (machine: Machine, run: NodeRun, param: string, value: Value, wanted: string): void => {
  const text = JSON.stringify(jsonOf(value)).slice(0, 200);
  failRun(machine, run, toFailure('invalid_params', `${param} of ${run.path} must be ${wanted}; it is ${text}`, run.path));
};
