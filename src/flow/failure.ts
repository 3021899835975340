import type { Json } from './json';
import type { Value } from './value';

/** `ApplicationFailure.type` of a node failure thrown by an activity; its first detail is the Failure. A stored contract. */
export const NODE_FAILURE = 'NodeFailure';
/**
 * `ApplicationFailure.type` when a store or the like did not answer: no outcome of the node, Temporal retries it. Its first detail is
 * the Failure to show when the tries are used up. A stored contract.
 */
export const INFRASTRUCTURE_FAILURE = 'InfrastructureFailure';

/**
 * Why a node run (or a run) failed. Plain data: it crosses Temporal, the journal and the API as it is.
 * `code` is stable snake_case (`server_error`, `timeout`, `expression_error`, …), `message` one sentence (≤ 8 KiB, X5).
 */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** HTTP status, when an HTTP response is the cause. */
  readonly status?: number;
  readonly retryable: boolean;
  /** Path of the node run that failed, e.g. `each[3]/charge`; empty for the run itself. */
  readonly nodePath: string;
  readonly cause?: Failure;
  /** Further facts, e.g. {expression, path}. Never a secret. */
  readonly details?: Json;
  /** The response asked to wait this long before the next attempt (Retry-After). */
  readonly retryAfterMs?: number;
  /**
   * The edge that takes this failure after the retries, if `next` has exactly that name: the node is then DONE
   * with `output` (http.request: client_error, server_error; wait: timeout).
   */
  readonly action?: string;
  readonly output?: Value;
}
