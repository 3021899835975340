import { z } from 'zod';
import { LIMITS, type CatchRule, type JoinMode, type OutputMap, type RetryPolicy } from '../flow';
import { duration, expression } from './fields';
import { failurePatterns, retryField } from './retry';
import { choose } from './shape';

/** One target or a list of them (a fork). */
const targets = z
  .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().min(1)).min(1))
  .transform((list) => [...new Set(list)]);

/** `next: done` and `next: [a, b]` stand for `next: {default: …}`. */
const nextField = choose<Record<string, string[]>>((value) =>
  typeof value === 'string' || Array.isArray(value)
    ? targets.transform((list): Record<string, string[]> => ({ default: list }))
    : z.record(z.string().min(1), targets),
);

const nodeNames = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().min(1)).min(1));

const catchField = z.array(z.strictObject({ errors: failurePatterns, next: targets }));

interface TimeoutField {
  readonly attempt?: number | undefined;
  readonly node?: number | undefined;
  /** Written as one duration: which limit that means depends on the type. */
  readonly plain?: number | undefined;
}
const timeoutField = choose<TimeoutField>((value) =>
  typeof value === 'object' && value !== null
    ? z.strictObject({ attempt: duration().optional(), node: duration().optional() })
    : duration().transform((plain) => ({ plain })),
);

/** The fields that every node has; `params`, `compensate` and frames are read by the node's type. */
export const COMMON_FIELDS = {
  type: z.string().min(1),
  name: z.string().min(1).max(200).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  next: nextField.optional(),
  needs: nodeNames.optional(),
  after: nodeNames.optional(),
  join: z.union([z.literal('all'), z.literal('any'), z.number().int().min(1).max(LIMITS.flowNodes)]).optional(),
  cancelLosers: z.boolean().optional(),
  defer: duration().optional(),
  when: expression.optional(),
  retry: retryField.optional(),
  timeout: timeoutField.optional(),
  onError: z.enum(['fail', 'continue', 'skip']).optional(),
  catch: catchField.optional(),
  compensate: z.record(z.string(), z.unknown()).optional(),
  execution: z.enum(['auto', 'inline', 'local', 'activity']).optional(),
  outputMap: z.record(z.string().min(1).max(100), z.string().min(1).max(100)).optional(),
} as const;

/** Fields of nodes that hold frames; which node has which is said by its type. */
export const FRAME_FIELDS = {
  nodes: z.record(z.string(), z.unknown()),
  start: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().min(1)).min(1)),
  branches: z.record(z.string(), z.unknown()),
  finally: z.record(z.string(), z.unknown()),
} as const;
export type FrameField = keyof typeof FRAME_FIELDS;

/** Fields of an undo: a call without edges. */
export const COMPENSATE_FIELDS = {
  type: COMMON_FIELDS.type,
  name: COMMON_FIELDS.name,
  params: COMMON_FIELDS.params,
  retry: COMMON_FIELDS.retry,
  timeout: COMMON_FIELDS.timeout,
  execution: COMMON_FIELDS.execution,
} as const;

/** The common fields of a node after reading, normalised. */
export interface NodeFields {
  readonly name?: string | undefined;
  readonly next?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly needs?: readonly string[] | undefined;
  /** `needs` that also an end by a failure meets. */
  readonly after?: readonly string[] | undefined;
  readonly join?: JoinMode | undefined;
  readonly cancelLosers?: boolean | undefined;
  /** ms */
  readonly defer?: number | undefined;
  readonly when?: string | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly timeout?: TimeoutField | undefined;
  readonly onError?: 'fail' | 'continue' | 'skip' | undefined;
  readonly catch?: readonly CatchRule[] | undefined;
  readonly execution?: 'auto' | 'inline' | 'local' | 'activity' | undefined;
  readonly outputMap?: OutputMap | undefined;
}
