import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An example of a contract document: a request and its reply. */
export interface Documented {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: { readonly status: number; readonly body: unknown };
}

export const readFixture = (dialect: string, name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '..', 'contracts', dialect, `${name}.json`), 'utf8'));
export const readDocumented = (dialect: string, name: string): Documented => readFixture(dialect, name) as Documented;

/** Ids and tokens are samples in the documents; everything else is literal. Times are compared as instants. */
const SAMPLES = /^(id|.*_id|playId|flowId|token)$/;
const TIMES = /^(timestamp|.*_at|.*edAt)$/;

/** What of the documented value is missing or different in the actual one; more members are allowed, more items are not. */
export function differences(actual: unknown, documented: unknown, path = '$', name = ''): string[] {
  if (Array.isArray(documented)) {
    if (!Array.isArray(actual) || actual.length !== documented.length) return [`${path}: not a list of ${documented.length}`];
    return documented.flatMap((item, index) => differences(actual[index], item, `${path}[${index}]`));
  }
  if (typeof documented === 'object' && documented !== null) {
    if (typeof actual !== 'object' || actual === null) return [`${path}: not an object`];
    const members = actual as Record<string, unknown>;
    return Object.entries(documented).flatMap(([key, value]) => differences(members[key], value, `${path}.${key}`, key));
  }
  if (typeof actual !== typeof documented) return [`${path}: ${typeof actual} instead of ${typeof documented}`];
  if (name !== 'node_id' && SAMPLES.test(name)) return actual === '' ? [`${path}: empty`] : [];
  if (TIMES.test(name)) return isUtc(actual) ? [] : [`${path}: not an ISO 8601 time in UTC`];
  return actual === documented ? [] : [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(documented)}`];
}

const isUtc = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) && !Number.isNaN(Date.parse(value));
