import { evaluateExpression } from './expr';
import { sha256Hex } from './hash';
import type { Json } from './json';
import { LIMITS } from './limits';
import { createMeter } from './run/meter';
import { toScope } from './run/scope-values';
import { inline } from './value';

/** What becomes of a start when all slots are taken. */
export const ON_LIMIT = ['queue', 'reject', 'cancelOldest', 'coalesce'] as const;

/** How many runs of a flow, or of one key of it, may be under way at once. */
export interface ConcurrencyPlan {
  readonly limit: number;
  /** Expression over the input: runs with the same value share the slots. */
  readonly key?: string;
  readonly onLimit: (typeof ON_LIMIT)[number];
  /** A run on hold, or one that waits for something outside, keeps its slot. */
  readonly holdsSlot: boolean;
}

/**
 * Names the slots that a run with this input needs: a text of fixed length.
 * @throws RepriseError `expression_error` or `expression_too_costly` from the key
 */
export const slotScopeOf = (
  flow: { readonly workspace: string; readonly flowId: string },
  { key }: ConcurrencyPlan,
  input: Json,
): string => {
  const context = { nowMs: 0, uuid: () => '', meter: createMeter(LIMITS.expressionCost) };
  const scope = toScope({ values: { input: inline(input) }, nodes: {} }, () => input);
  const value = key === undefined ? null : evaluateExpression(key, scope, context);
  return sha256Hex(JSON.stringify([flow.workspace, flow.flowId, value])).slice(0, 40);
};
