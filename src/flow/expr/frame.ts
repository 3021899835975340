import type { Json } from '../json';
import type { EvalContext, Scope } from './contract';

/** What a compiled expression runs against. */
export interface Frame {
  readonly scope: Scope;
  readonly context: EvalContext;
  /** Values of comprehension variables, by nesting depth. */
  readonly slots: Json[];
}

/** A compiled node. Throws EvaluationFault, and what the meter throws. */
export type Run = (frame: Frame) => Json;

/**
 * Cost units (C1, X7; 1 unit is about 1 µs). Charged before the work they stand for, from sizes only, so that they are the
 * same in every replay.
 */
export const COST = {
  /** One evaluated node of an expression. */
  node: 0.03,
  /** One call of a helper, beside what its sizes cost. */
  call: 0.3,
  /** One call of a helper that does more than it seems: dates, hashes, padding, rounding. */
  heavyCall: 4,
  /** One missing path that `??` or has() catches where it is not a plain path: an error object is made and dropped. */
  caughtFault: 20,
  /** One item of a list handled by a helper (copied, compared, added). */
  item: 0.05,
  /** One character produced or scanned by a helper. */
  char: 0.005,
  /** One character hashed. */
  hashedChar: 0.1,
} as const;
