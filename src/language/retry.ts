import { z } from 'zod';
import type { RetryPolicy } from '../flow';
import { duration } from './fields';
import { check } from './shape';

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_DELAY_MS = 1_000;
const DEFAULT_BACKOFF = 2;
/** Cap of the delay unless the author gives one, or a longer first delay. */
const DEFAULT_MAX_DELAY_MS = 5 * 60_000;
const MOST_ATTEMPTS = 1_000;

const PATTERN = /^(?:\*|[a-z][a-z0-9_]*|[1-5][0-9]{2}|[1-5]xx)$/i;

const failurePattern = z
  .union([z.string(), z.number().int()])
  .check(
    check((value) =>
      PATTERN.test(String(value))
        ? undefined
        : { message: 'A failure is named by its code (`timeout`), its status (`404`, `5xx`) or `*`; write one of these.' },
    ),
  )
  .transform(String);

/** Failure codes, statuses or `*`: one or a list. */
export const failurePatterns: z.ZodType<string[]> = z
  .preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(failurePattern).min(1))
  .transform((list) => list);

const attempts = z.number().int().min(1).max(MOST_ATTEMPTS);

/** `retry` of a node in both spellings: ours, and FlowRunner's {max_retries, wait} = total tries and a fixed wait. */
export const retryField: z.ZodType<RetryPolicy> = z
  .strictObject({
    maxAttempts: attempts.optional(),
    delay: duration(0).optional(),
    backoff: z.union([z.number().min(1).max(100), z.enum(['fixed', 'linear', 'exponential'])]).optional(),
    maxDelay: duration(0).optional(),
    jitter: z.number().min(0).max(1).optional(),
    maxTime: duration().optional(),
    on: failurePatterns.optional(),
    notOn: failurePatterns.optional(),
    nonRetryable: failurePatterns.optional(),
    max_retries: z.number().int().min(0).max(MOST_ATTEMPTS).optional(),
    wait: duration(0).optional(),
  })
  .check(
    check((retry) => {
      const clash = CLASHES.find(([ours, theirs]) => retry[ours] !== undefined && retry[theirs] !== undefined);
      return clash === undefined ? undefined : { message: `\`${clash[0]}\` and \`${clash[1]}\` say the same; keep one of them.` };
    }),
  )
  .transform(toPolicy);

const CLASHES = [
  ['maxAttempts', 'max_retries'],
  ['delay', 'wait'],
  ['notOn', 'nonRetryable'],
  ['backoff', 'wait'],
] as const;

interface RetrySpelling {
  readonly maxAttempts?: number | undefined;
  readonly delay?: number | undefined;
  readonly backoff?: number | 'fixed' | 'linear' | 'exponential' | undefined;
  readonly maxDelay?: number | undefined;
  readonly jitter?: number | undefined;
  readonly maxTime?: number | undefined;
  readonly on?: string[] | undefined;
  readonly notOn?: string[] | undefined;
  readonly nonRetryable?: string[] | undefined;
  readonly max_retries?: number | undefined;
  readonly wait?: number | undefined;
}

function toPolicy(retry: RetrySpelling): RetryPolicy {
  const delayMs = retry.delay ?? retry.wait ?? DEFAULT_DELAY_MS;
  const notOn = retry.notOn ?? retry.nonRetryable;
  const flowRunner = retry.max_retries !== undefined || retry.wait !== undefined;
  const backoff = retry.backoff ?? (flowRunner ? 'fixed' : 'exponential');
  return {
    // FlowRunner counts tries, and 0 still means one.
    maxAttempts: retry.maxAttempts ?? Math.max(1, retry.max_retries ?? DEFAULT_ATTEMPTS),
    kind: typeof backoff === 'string' ? backoff : backoff === 1 ? 'fixed' : 'exponential',
    delayMs,
    backoff: typeof backoff === 'number' ? backoff : DEFAULT_BACKOFF,
    maxDelayMs: retry.maxDelay ?? Math.max(DEFAULT_MAX_DELAY_MS, delayMs),
    jitter: retry.jitter ?? 0,
    ...(retry.maxTime === undefined ? {} : { maxTimeMs: retry.maxTime }),
    ...(retry.on === undefined ? {} : { on: retry.on }),
    ...(notOn === undefined ? {} : { notOn }),
  };
}
