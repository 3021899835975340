import { z } from 'zod';
import type { Json } from '../flow';
import { isJsonObject } from '../flow';
import type { IssueList } from './issues';
import type { Place } from './place';
import { didYouMean } from './suggest';

/** A fault that a schema of the language reports with a code of its own; see `fault`. */
interface FaultParams {
  readonly code: string;
  readonly suggestion?: string;
}

/** A zod check that answers a fault with a stable code, or undefined when the value is good. */
export const check =
  <T>(judge: (value: T) => { readonly code?: string; readonly message: string; readonly suggestion?: string } | undefined) =>
  (context: z.core.ParsePayload<T>): void => {
    const fault = judge(context.value);
    if (fault === undefined) return;
    const { code = 'invalid_value', message, suggestion } = fault;
    context.issues.push({
      code: 'custom',
      message,
      input: context.value,
      params: { code, ...(suggestion === undefined ? {} : { suggestion }) } satisfies FaultParams,
      continue: true,
    });
  };

/** Known fields of the map that an `unrecognized_keys` issue is about, by the issue's own list of keys. */
const knownFields = new WeakMap<object, readonly string[]>();

const parse = <T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> =>
  schema.safeParse(value, {
    error: (raw) => {
      if (raw.code === 'unrecognized_keys') knownFields.set(raw.keys, shapeKeys(raw.inst));
      return undefined;
    },
  });

/** A schema that depends on the value: its faults are those of the schema that was meant, not of a union. */
export const choose = <T>(pick: (value: unknown) => z.ZodType<T>): z.ZodType<T> =>
  z.unknown().transform((value, context): T => {
    const result = parse(pick(value), value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });

/** Checks a value against a schema; every fault goes to `issues`. Undefined when there was one. */
export const checkShape = <T>(schema: z.ZodType<T>, value: unknown, place: Place, issues: IssueList): T | undefined => {
  const result = parse(schema, value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) report(issue, value, place, issues);
  return undefined;
};

const shapeKeys = (schema: unknown): readonly string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

const report = (issue: z.core.$ZodIssue, root: unknown, base: Place, issues: IssueList): void => {
  const steps = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  const place = [...base, ...steps];
  const field = String(place.at(-1) ?? 'definition');
  if (issue.code === 'unrecognized_keys') {
    const names = knownFields.get(issue.keys) ?? [];
    for (const key of issue.keys) {
      const advice = names.length === 0 ? '' : ` Known fields: ${names.join(', ')}.`;
      issues.add('unknown_field', [...place, key], `The field \`${key}\` is not known here; remove it.${advice}`, () =>
        didYouMean(key, names),
      );
    }
    return;
  }
  if (issue.code === 'custom') {
    const params = (issue.params ?? {}) as Partial<FaultParams>;
    issues.add(params.code ?? 'invalid_value', place, issue.message, params.suggestion);
    return;
  }
  const got = valueAt(root, steps);
  if (got === undefined) {
    issues.add('missing_field', place, `Add the field \`${field}\`: ${wanted(issue)}.`);
    return;
  }
  const options = issue.code === 'invalid_value' ? issue.values.map(String) : unionOptions(issue);
  issues.add(
    'invalid_value',
    place,
    `\`${field}\` must be ${wanted(issue)}; it is ${describe(got)}.`,
    typeof got === 'string' ? () => didYouMean(got, options) : undefined,
  );
};

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

/** The words that a discriminated union knows. */
const unionOptions = (issue: z.core.$ZodIssue): string[] =>
  issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []).map(String) : [];

/** What the schema wants, as words. */
const wanted = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return ARTICLES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? `\`${String(issue.values[0])}\`` : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'not empty' : `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : issue.origin === 'array' ? ' items long' : ''}`;
    case 'invalid_union': {
      const options = unionOptions(issue);
      if (options.length > 0) return `one of ${options.join(', ')}`;
      const texts = new Set(issue.errors.flatMap(([first]) => (first === undefined ? [] : [wanted(first)])));
      return texts.size === 0 ? 'another value' : [...texts].join(' or ');
    }
    default:
      return 'another value';
  }
};

/** A value in a message: short, and never the whole of it. */
const describe = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const valueAt = (root: unknown, steps: Place): unknown => {
  let value = root;
  for (const step of steps) {
    if (typeof step === 'number') value = Array.isArray(value) ? (value as Json[])[step] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
};
