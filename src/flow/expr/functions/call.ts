import { isArray, isSafeInteger } from '../globals';
import type { Json, JsonObject } from '../../json';
import type { EvalContext, Meter } from '../contract';
import { fault } from '../fault';
import { COST } from '../frame';
import { typeName } from '../type-names';

/** One call of a helper: evaluated arguments (the receiver of `x.f()` is the first), clock, ids and meter. */
export interface Call {
  readonly name: string;
  readonly args: readonly Json[];
  readonly context: EvalContext;
  readonly meter: Meter;
}

/** A helper of the language. `min` and `max` count arguments, the receiver included. */
export interface Helper {
  readonly min: number;
  readonly max: number;
  readonly run: (call: Call) => Json;
  /** Units of one call, beside what it charges itself by size. */
  readonly cost: number;
  /** Refuses a literal argument while the expression is parsed: answers why. */
  readonly checkLiteral?: (value: string, at: number) => string | undefined;
}
export type Helpers = Readonly<Record<string, Helper>>;

/** A helper with a fixed number of arguments, or with optional ones at the end. */
export const helper = (min: number, run: Helper['run'], max = min): Helper => ({
  min,
  max,
  run,
  cost: COST.call,
});

export const heavy = (light: Helper): Helper => ({ ...light, cost: COST.heavyCall });

const ORDINALS = ['1st', '2nd', '3rd', '4th'];

const wrong = (call: Call, at: number, wanted: string): never =>
  fault(
    `${call.name}() needs ${wanted} as its ${ORDINALS[at] ?? `${at + 1}th`} argument, got ${typeName(call.args[at] ?? null)}`,
  );

export const anyArg = (call: Call, at: number): Json => call.args[at] ?? null;

export const textArg = (call: Call, at: number): string => {
  const value = anyArg(call, at);
  return typeof value === 'string' ? value : wrong(call, at, 'a string');
};

export const numberArg = (call: Call, at: number): number => {
  const value = anyArg(call, at);
  return typeof value === 'number' ? value : wrong(call, at, 'a number');
};

export const integerArg = (call: Call, at: number): number => {
  const value = anyArg(call, at);
  return typeof value === 'number' && isSafeInteger(value) ? value : wrong(call, at, 'a whole number');
};

export const listArg = (call: Call, at: number): readonly Json[] => {
  const value = anyArg(call, at);
  return isArray(value) ? value : wrong(call, at, 'a list');
};

export const mapArg = (call: Call, at: number): JsonObject => {
  const value = anyArg(call, at);
  return typeof value === 'object' && value !== null && !isArray(value) ? value : wrong(call, at, 'a map');
};

/** An argument that may be left out. */
export const optional = <T>(call: Call, at: number, read: (call: Call, at: number) => T, otherwise: T): T =>
  at < call.args.length ? read(call, at) : otherwise;
