import { asItems, LIMITS, pageOfItems } from '../../flow';
import type { Activities } from '../contract';
import { CallFault } from '../failure';
import type { Values } from '../values';

const refuse = (code: string, message: string): CallFault => new CallFault({ code, message, retryable: false });

/** X6: a page of what a loop goes over when it lies behind a claim; as in the workflow, an object gives its members. */
export const createReadItems =
  (values: Values): Activities['readItems'] =>
  async ({ ref, offset, limit }) => {
    const all = asItems(await values.readRef(ref));
    if (all === undefined) throw refuse('invalid_params', 'The items of a loop must be a list or an object');
    const page = pageOfItems(all, offset, limit);
    if ('items' in page) return { items: page.items, total: all.length };
    throw refuse(
      'item_too_large',
      `Item ${page.tooLarge} of the loop is larger than ${LIMITS.workflowOutputBytes} bytes; loop over references to such items`,
    );
  };
