import {
  createMeter,
  isJsonObject,
  LIMITS,
  toScope,
  type CallParams,
  type EvaluationScope,
  type Json,
  type JsonObject,
  type Value,
} from '../flow';
import { evaluateExpression, resolveTemplate } from '../flow/expr';
import { stableUuid, sha256Hex } from '../flow/hash';
import type { UsedSecrets } from './secrets/used-secrets';
import type { Values } from './values';

/** Evaluates with the whole of every claim (X6). Same source and scope, same ids from `uuid()` (X2). Throws RepriseError. */
export const evaluateWhole = async (
  values: Values,
  kind: 'template' | 'expression',
  source: Json,
  given: EvaluationScope,
  secrets?: JsonObject,
): Promise<Json> => {
  const all = [...Object.values(given.values), ...Object.values(given.nodes)];
  const read = new Map<Value, Json>();
  for (const value of all) read.set(value, await values.read(value));
  const roots = toScope(given, (value) => read.get(value) ?? null);
  const scope = secrets === undefined ? roots : { ...roots, secrets };
  const seed = `${given.uuidSeed}|${sha256Hex(JSON.stringify(source)).slice(0, 16)}`;
  let ids = 0;
  // X7: the limit of the workflow; what it stops there would hold up the worker's other work here.
  const context = { nowMs: given.nowMs, uuid: () => stableUuid(`${seed}|${ids++}`), meter: createMeter(LIMITS.expressionCost) };
  return kind === 'expression' && typeof source === 'string'
    ? evaluateExpression(source, scope, context)
    : resolveTemplate(source, scope, context);
};

/** The params of a call, with code (`raw`) as it was written, and the secrets with what was made of them. */
export const resolveParams = async (
  values: Values,
  params: CallParams,
  secrets: UsedSecrets,
): Promise<{ readonly resolved: Json; readonly secrets: UsedSecrets }> => {
  if (params.kind === 'resolved') return { resolved: params.value, secrets };
  const resolved = await evaluateWhole(values, 'template', params.template, params.scope, secrets.values);
  return {
    resolved: isJsonObject(resolved) ? { ...resolved, ...params.raw } : resolved,
    secrets: secrets.withDerived(params.template, resolved),
  };
};
