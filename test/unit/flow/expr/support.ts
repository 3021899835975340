import type { EvalContext } from '../../../../src/flow/expr';
import { RepriseError } from '../../../../src/flow/errors';
import type { Json } from '../../../../src/flow/json';
import { LIMITS } from '../../../../src/flow/limits';

/** The clock of all expression tests: a Tuesday. */
const NOW = Date.UTC(2026, 10, 24, 8, 30, 15, 250);

/** A fresh context: frozen clock, counted ids, a meter with the published limit. */
export const contextOf = (
  limit: number = LIMITS.expressionCost,
): EvalContext & { readonly meter: { readonly spent: number } } => {
  let spent = 0;
  let ids = 0;
  return {
    nowMs: NOW,
    uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
    meter: {
      get spent() {
        return spent;
      },
      spend(units) {
        spent += units;
        if (spent > limit) throw new RepriseError('expression_too_costly', `More than ${limit} units`);
      },
    },
  };
};

/** The error that `work` throws, as plain data; fails the test when it throws something else or nothing. */
export const refusalOf = (work: () => unknown): { code: string; message: string; details: Readonly<Record<string, unknown>> } => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof RepriseError)) throw error;
    return { code: error.code, message: error.message, details: error.details ?? {} };
  }
  throw new Error('nothing was thrown');
};

/** Freezes a value all the way down: a change of it throws. */
export const frozen = <T extends Json>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
};
