import {
  asItems,
  createMeter,
  inline,
  LIMITS,
  pageOfItems,
  toScope,
  type ArtifactRef,
  type Command,
  type Json,
  type JsonPath,
  type RunEvent,
  type Value,
} from '../../src/flow';
import { evaluateExpression, resolveTemplate } from '../../src/flow/expr';
import { isRepriseError } from '../../src/flow/errors';
import { stableUuid } from '../../src/flow/hash';

/** Artifacts in memory: what the activities do for claims (X5, X6), without waiting. */
export interface Claims {
  readonly claim: (value: Json, reads: readonly JsonPath[]) => Value;
  readonly read: (value: Value) => Json;
  readonly answer: (command: Extract<Command, { type: 'evaluate' | 'offload' | 'readItems' }>) => RunEvent;
}

export const createClaims = (): Claims => {
  const stored = new Map<string, Json>();
  const readRef = ({ key }: ArtifactRef): Json => stored.get(key) ?? null;
  const read = (value: Value): Json => (value.kind === 'inline' ? value.value : readRef(value.ref));
  const claim = (value: Json, reads: readonly JsonPath[]): Value => {
    const key = `artifact-${stored.size}`;
    stored.set(key, value);
    const known = reads.flatMap((path): [JsonPath, Json][] => {
      const part = partAt(value, path);
      return part === undefined || JSON.stringify(part).length > LIMITS.claimReadsBytes ? [] : [[path, part]];
    });
    return { kind: 'claim', ref: { store: 'test', key, size: 1, type: 'application/json', sha256: '' }, known };
  };
  const evaluated = (command: Extract<Command, { type: 'evaluate' }>): Value => {
    const { kind, source, scope, reads } = command;
    const context = { nowMs: scope.nowMs, uuid: () => stableUuid(scope.uuidSeed), meter: createMeter(LIMITS.expressionCost) };
    const roots = toScope(scope, read);
    const value =
      kind === 'expression' && typeof source === 'string'
        ? evaluateExpression(source, roots, context)
        : resolveTemplate(source, roots, context);
    return JSON.stringify(value).length > LIMITS.inlineOutputBytes ? claim(value, reads) : inline(value);
  };
  return {
    claim,
    read,
    answer: (command) => {
      const { path } = command;
      if (command.type === 'offload')
        return { type: 'offloaded', path, purpose: command.purpose, value: claim(command.value, command.reads) };
      const { attempt } = command;
      if (command.type === 'readItems') {
        const all = asItems(readRef(command.ref)) ?? [];
        const page = pageOfItems(all, command.offset, command.limit);
        const items = 'items' in page ? page.items : [];
        return { type: 'itemsRead', path, attempt, offset: command.offset, items, total: all.length };
      }
      try {
        return { type: 'evaluated', path, attempt, purpose: command.purpose, value: evaluated(command) };
      } catch (error) {
        if (!isRepriseError(error)) throw error;
        const failure = { code: error.code, message: error.message, retryable: false, nodePath: path };
        return { type: 'evaluationFailed', path, attempt, failure };
      }
    },
  };
};

const partAt = (value: Json, path: JsonPath): Json | undefined =>
  path.reduce<Json | undefined>(
    (part, step) => (typeof part === 'object' && part !== null ? (part as Record<string, Json>)[String(step)] : undefined),
    value,
  );
