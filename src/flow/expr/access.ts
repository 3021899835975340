import { hasOwn, isArray, stringify } from './globals';
import type { Json } from '../json';

/** One step into a value: member name or list index. */
export type Key = string | number;

/**
 * The member at `key`, or undefined where there is none. Own properties only: `constructor` and `__proto__` are paths
 * like any other, and missing. Text has no members.
 */
export const memberOf = (value: Json | undefined, key: Key): Json | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return hasOwn(value, key) ? value[String(key)] : undefined;
};

const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `nodes`, [`resize-1`, `body`, 0] → `nodes["resize-1"].body[0]`. */
export const pathText = (root: string, path: readonly Key[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return PLAIN.test(key) ? `${text}.${key}` : `${text}[${stringify(key)}]`;
  }, root);
