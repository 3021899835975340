import { z } from 'zod';
import { LIMITS, type Json } from '../flow';
import { parseDuration } from '../flow/duration';
import { check, choose } from './shape';

/** Longest duration of a definition: the life of a run. */
const LONGEST_MS = LIMITS.runTimeoutMs;

/** Whether a text holds an expression that is evaluated when the node runs. */
export const hasTemplate = (text: string): boolean => /(?<!\\)(?:\{\{|\$\{)/.test(text);

/** Any JSON value; a field without it is missing. */
export const anyValue = z.custom<Json>((value) => value !== undefined, { error: 'Add a value.' });

/** Milliseconds of a duration as authors write it: text (`5s`, `1h30m`, `PT5M`) or a number of seconds. */
const toMs = (value: string | number): number | undefined => {
  const ms = typeof value === 'number' ? value * 1_000 : parseDuration(value);
  return ms === undefined || !Number.isFinite(ms) || ms < 0 ? undefined : Math.round(ms);
};

const durationFault = (value: string | number, shortestMs: number): { code: string; message: string } | undefined => {
  const ms = toMs(value);
  if (ms === undefined)
    return {
      code: 'invalid_duration',
      message: `\`${value}\` is not a duration; write 250ms, 5s, 10m, 1h30m, 7d, PT5M or a number of seconds.`,
    };
  if (ms < shortestMs)
    return { code: 'invalid_duration', message: `A duration here must be at least ${shortestMs}ms; write a longer one.` };
  return ms > LONGEST_MS
    ? { code: 'invalid_duration', message: 'A duration may be at most 366 days; write a shorter one.' }
    : undefined;
};

/** A literal duration, in ms after parsing. */
export const duration = (shortestMs = 1): z.ZodType<number> =>
  z
    .union([z.string(), z.number()])
    .check(check((value) => durationFault(value, shortestMs)))
    .transform((value) => toMs(value) ?? 0);

/** A duration, or a template of one (text such as `5s`, or a number of ms). A literal becomes a number of ms. */
export const durationOrTemplate = (): z.ZodType<Json> =>
  z
    .union([z.string(), z.number()])
    .check(check((value) => (typeof value === 'string' && hasTemplate(value) ? undefined : durationFault(value, 0))))
    .transform((value): Json => (typeof value === 'string' && hasTemplate(value) ? value : (toMs(value) ?? 0)));

/** A value of `schema`, or a template text that gives one when the node runs. */
export const orTemplate = <T extends Json>(schema: z.ZodType<T>): z.ZodType<T | string> =>
  choose<T | string>((value) => (typeof value === 'string' && hasTemplate(value) ? z.string() : schema));

/** Text that is not empty; it may hold expressions. */
export const text = z.string().min(1);

/** Text that is taken as it is: no expression in it. */
export const literalText = z
  .string()
  .min(1)
  .max(256)
  .check(
    check((value) => (hasTemplate(value) ? { message: 'An expression cannot stand here; write the text itself.' } : undefined)),
  );

/**
 * A bare expression. `{{ … }}` and `${ … }` around the whole of it are taken off; true and false may be written as such.
 */
export const expression = z.union([z.string().min(1), z.boolean()]).transform((value) => bareExpression(String(value)));

export const bareExpression = (source: string): string => {
  const trimmed = source.trim();
  const inner = /^\{\{([\s\S]*)\}\}$/.exec(trimmed)?.[1] ?? /^\$\{([\s\S]*)\}$/.exec(trimmed)?.[1];
  return (inner ?? trimmed).trim();
};

/** Names of nodes, branches and loop variables. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const LONGEST_NAME = 100;
/**
 * `END` ends a branch; `finally` and `compensate` are places of the engine; the rest are members that every JavaScript object
 * has (`constructor`, `__proto__`, …) and that a map by name must never meet.
 */
const RESERVED_NAMES: readonly string[] = ['END', 'finally', 'compensate', ...Object.getOwnPropertyNames(Object.prototype)];

/** What is wrong with a name of a node or branch, if anything. */
export const nameFault = (name: string): string | undefined => {
  if (RESERVED_NAMES.includes(name)) return `The name \`${name}\` is reserved; choose another one.`;
  if (name.length > LONGEST_NAME) return `A name may have ${LONGEST_NAME} characters; choose a shorter one.`;
  return NAME.test(name) ? undefined : 'Names start with a letter or `_` and go on with letters, digits, `_` and `-`; rename it.';
};
