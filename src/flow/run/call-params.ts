import { isJsonObject, type Json, type JsonObject } from '../json';
import type { Operation } from '../plan';

type CallOperation = Extract<Operation, { kind: 'call' }>;

/** Members that hold code are never templated (design §3): they go to the call as they are. */
export const splitParams = (op: CallOperation): { readonly template: Json; readonly raw: JsonObject } => {
  const { params, rawParams = [] } = op;
  if (rawParams.length === 0 || !isJsonObject(params)) return { template: params, raw: {} };
  const entries = Object.entries(params);
  return {
    template: Object.fromEntries(entries.filter(([name]) => !rawParams.includes(name))),
    raw: Object.fromEntries(entries.filter(([name]) => rawParams.includes(name))),
  };
};
