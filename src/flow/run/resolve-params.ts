import { isJsonObject, type Json, type JsonObject } from '../json';
import type { CallParams } from './command';
import type { Machine } from './machine';
import { evaluate } from './scope';
import type { NodeRun } from './state';

/** What an activity is sent of a template: its value, or the source with the few values it needs (X6, X14). */
export const resolveParams = (machine: Machine, run: NodeRun, template: Json, raw: JsonObject = {}): CallParams => {
  const evaluation = evaluate(machine, run, { kind: 'template', source: template });
  if (!evaluation.here) return { kind: 'source', template, raw, scope: evaluation.scope };
  const value = evaluation.value.kind === 'inline' ? evaluation.value.value : null;
  return { kind: 'resolved', value: isJsonObject(value) ? { ...value, ...raw } : value };
};
