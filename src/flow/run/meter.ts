import { RepriseError } from '../errors';
import type { Meter } from '../expr';
import type { Machine } from './machine';

/** A meter that refuses past `limit` units (X7). Deterministic: units come from the work, never from a clock. */
export const createMeter = (limit: number): Meter & { spent: number } => ({
  spent: 0,
  spend(units) {
    this.spent += units;
    if (this.spent > limit)
      throw new RepriseError(
        'expression_too_costly',
        `The expression needs more than ${limit} cost units; work on fewer items, or use a script or jsonata node`,
      );
  },
});

/** Runs one evaluation under its own limit and charges the activation for it. */
export const spendBudget = <T>(machine: Machine, limit: number, work: (meter: Meter) => T): T => {
  const meter = createMeter(limit);
  try {
    return work(meter);
  } finally {
    machine.budget -= meter.spent;
  }
};
