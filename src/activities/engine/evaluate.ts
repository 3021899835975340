import { isRepriseError } from '../../flow';
import type { EvaluateInput, EvaluateOutput } from '../contract';
import { toFailure } from '../failure';
import { evaluateWhole } from '../resolve';
import type { Values } from '../values';

/** X6: an expression that needs more of a claim than travels with it. A fault of the expression is an answer, not an error. */
export const createEvaluate =
  (values: Values) =>
  async ({ kind, source, scope, path, reads, ...owner }: EvaluateInput): Promise<EvaluateOutput> => {
    try {
      const value = await evaluateWhole(values, kind, source, scope);
      return { ok: true, value: await values.toValue(owner, [path, 'evaluate'], value, reads) };
    } catch (error) {
      if (isRepriseError(error)) return { ok: false, failure: toFailure(error, path) };
      throw error;
    }
  };
