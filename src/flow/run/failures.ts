import { isRepriseError } from '../errors';
import type { Failure } from '../failure';
import type { CatchRule, RetryPolicy } from '../plan';
import { LIMITS } from '../limits';

/** X5: text for people stays short, whatever it tells of. */
export const shortened = (text: string): string =>
  text.length > LIMITS.failureTextBytes ? `${text.slice(0, LIMITS.failureTextBytes)}…` : text;

export const toFailure = (code: string, message: string, nodePath: string, more: Partial<Failure> = {}): Failure => ({
  code,
  message: shortened(message),
  retryable: false,
  nodePath,
  ...more,
});

/** An expression's refusal as a node failure; any other error is a fault of the interpreter and passes (P11). */
export const failureOf = (error: unknown, nodePath: string): Failure => {
  if (!isRepriseError(error)) throw error;
  return toFailure(
    error.code,
    error.message,
    nodePath,
    error.details === undefined ? {} : { details: error.details as Failure['details'] & object },
  );
};

/** X6: what an expression computes in the workflow has a limit of its own. */
export const outputTooLarge = (whose: string, nodePath: string): Failure =>
  toFailure(
    'output_too_large',
    `The output of ${whose} is larger than ${LIMITS.workflowOutputBytes} bytes; compute it in a script or jsonata node`,
    nodePath,
  );

/** Whether a list of codes, statuses (`404`, `5xx`) or `*` names this failure. */
const matchesFailure = (patterns: readonly string[], failure: Failure): boolean =>
  patterns.some((pattern) => {
    if (pattern === '*' || pattern === failure.code) return true;
    if (failure.status === undefined) return false;
    return pattern === String(failure.status) || pattern.toLowerCase() === `${Math.floor(failure.status / 100)}xx`;
  });

export const catchRuleFor = (rules: readonly CatchRule[], failure: Failure): CatchRule | undefined =>
  rules.find((rule) => matchesFailure(rule.errors, failure));

/**
 * Delay in ms before the next attempt, or undefined when there is none. `attempt` is the one that failed (from 1), `elapsedMs` the
 * time since the first attempt started, `unit` a deterministic number in [0,1) for jitter. Retry-After wins over a shorter delay.
 */
export const nextDelayMs = (
  policy: RetryPolicy | undefined,
  attempt: number,
  failure: Failure,
  elapsedMs: number,
  unit: number,
): number | undefined => {
  if (policy === undefined || attempt >= policy.maxAttempts) return undefined;
  if (policy.notOn !== undefined && matchesFailure(policy.notOn, failure)) return undefined;
  const wanted = policy.on === undefined ? failure.retryable : matchesFailure(policy.on, failure);
  if (!wanted) return undefined;
  const factor = policy.kind === 'fixed' ? 1 : policy.kind === 'linear' ? attempt : policy.backoff ** (attempt - 1);
  const planned = Math.min(policy.delayMs * factor, policy.maxDelayMs) * (1 + policy.jitter * (2 * unit - 1));
  const delay = Math.max(Math.round(planned), failure.retryAfterMs ?? 0);
  return policy.maxTimeMs !== undefined && elapsedMs + delay > policy.maxTimeMs ? undefined : delay;
};
