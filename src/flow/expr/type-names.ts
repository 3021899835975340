import { isArray } from './globals';
import type { Json } from '../json';

/** The language's name of a value's type, as `type(x)` and error messages give it. */
export type TypeName = 'null' | 'bool' | 'number' | 'string' | 'list' | 'map';

export const typeName = (value: Json): TypeName => {
  if (value === null) return 'null';
  if (isArray(value)) return 'list';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    default:
      return 'map';
  }
};
