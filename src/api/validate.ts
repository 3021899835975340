import type { z } from 'zod';
import { RepriseError } from '../flow';

interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Parses or throws invalid_request with {field, reason} of the first fault and `issues: [all]`. */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, part: 'body' | 'query' | 'header'): z.output<S> {
  const result = schema.safeParse(value, { error: explain });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(toFaults);
  const first = issues[0] ?? { path: '', message: 'is not valid' };
  const place = first.path === '' ? `The ${part}` : `The ${part} member "${first.path}"`;
  throw new RepriseError('invalid_request', `${place} ${first.message}.`, {
    details: { field: first.path, reason: first.message, issues },
  });
}

/** Parses path parameters: one that cannot be right names nothing, so it is not_found. */
export function parseParams<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RepriseError('not_found', 'Nothing is found at this address: check the id.');
}

/** Reads as the end of a sentence that starts with the member's name. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${withArticle(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return issue.origin === 'number' ? `must be at most ${issue.maximum}` : `must not be longer than ${issue.maximum}`;
    case 'too_small':
      if (issue.origin === 'number') return `must be at least ${issue.minimum}`;
      return issue.minimum === 1 ? 'must not be empty' : `must not be shorter than ${issue.minimum}`;
    // zod's own words, or those of the schema.
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return undefined;
  }
}

const withArticle = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

function toFaults(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: toPath(issue.path), message: issue.message }];
  return issue.keys.map((key) => ({ path: toPath([...issue.path, key]), message: 'is unknown: remove it' }));
}

const toPath = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');
