import { compact, isJsonObject, type Json } from './json';
import type { OutputMap } from './plan';

/** An output under the names that the map gives; what it does not name is left out, and so is what is not there. */
export const renamed = (output: Json, map: OutputMap): Json => {
  const from = (name: string): Json | undefined => {
    if (name === '.') return output;
    return isJsonObject(output) && Object.hasOwn(output, name) ? output[name] : undefined;
  };
  return compact(Object.fromEntries(Object.entries(map).map(([name, source]) => [name, from(source)])));
};
