import { LIMITS } from '../../flow';
import type { Activities } from '../contract';
import { CallFault } from '../failure';
import type { Values } from '../values';

/** X6: a page of a list behind a claim. */
export const createReadItems =
  (values: Values): Activities['readItems'] =>
  async ({ ref, offset, limit }) => {
    const list = await values.readRef(ref);
    if (!Array.isArray(list))
      throw new CallFault({ code: 'invalid_params', message: 'The items of a loop must be a list', retryable: false });
    const page = Math.min(limit, LIMITS.loopPage);
    return { items: list.slice(offset, offset + page), total: list.length };
  };
