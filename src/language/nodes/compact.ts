import type { Json, JsonObject } from '../../flow';

/** The members that are set: params of a call are sent and stored, so nothing empty goes with them. */
export const compact = (members: Readonly<Record<string, Json | undefined>>): JsonObject => {
  const object: JsonObject = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) object[key] = value;
  return object;
};
