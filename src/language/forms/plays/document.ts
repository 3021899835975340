import { z } from 'zod';
import { LIMITS, type JsonObject } from '../../../flow';
import { nameFault } from '../../fields';
import { check } from '../../shape';

/** The operators of a filter. */
const FILTER_OPERATORS = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'contains', 'not_contains', 'is_empty', 'not_empty'] as const;

const json = z.json();
const seconds = z
  .number()
  .positive()
  .max(LIMITS.runTimeoutMs / 1_000);
const milliseconds = z.number().min(0).max(LIMITS.runTimeoutMs);

const filter = z.strictObject({
  leftValue: json,
  operator: z.enum(FILTER_OPERATORS),
  /** `is_empty` and `not_empty` have none. */
  rightValue: json.optional(),
  /** How this comparison is joined to those before it. */
  mode: z.enum(['and', 'or']).default('and'),
});
export type PlaysFilter = z.infer<typeof filter>;

const retry = z.strictObject({
  /** Retries after the first try. */
  count: z.number().int().min(0).max(999),
  delayMs: milliseconds.default(1_000),
  backoffMultiplier: z.number().min(1).max(100).default(1),
  /** True varies a delay by a fifth; a number says by how much. */
  jitter: z.union([z.boolean(), z.number().min(0).max(1)]).default(false),
});
export type PlaysRetry = z.infer<typeof retry>;

const ref = z.string().check(
  check((value) => {
    const message = value === 'args' || value === 'input' ? `\`${value}\` means the arguments of the play.` : nameFault(value);
    return message === undefined ? undefined : { code: 'invalid_name', message };
  }),
);

/** What the deadline answers is a decision: with another word the layer would run although nobody approved. */
const approval = z
  .record(z.string(), json)
  .check(
    check(({ onTimeout }) =>
      onTimeout === undefined || (typeof onTimeout === 'string' && ['approved', 'declined', 'rejected'].includes(onTimeout))
        ? undefined
        : { message: '`onTimeout` is `approved` or `declined`; write one of them.' },
    ),
  );

const layerMembers = {
  /** Given by the service; without one the ref serves. */
  id: z.string().min(1).max(100).optional(),
  name: z.string().min(1).max(200).optional(),
  ref,
  appId: z.string().min(1).max(100).optional(),
  module: z.string().min(1).max(100).optional(),
  index: z.number().int().min(0).max(1_000_000).default(0),
  args: z.record(z.string(), json).default({}),
  filters: z.array(filter).max(50).default([]),
  retry: retry.optional(),
  /** Seconds of one try. */
  timeout: seconds.optional(),
  /** True asks anyone who may decide; a map says more, with the params of the node type `approval`. */
  needsApproval: z.union([z.boolean(), approval]).default(false),
  onError: z.enum(['fail', 'continue', 'skip']).default('fail'),
  deferAfterMs: milliseconds.optional(),
};

/** One layer as an author writes it. */
export const playsLayer = z.strictObject(layerMembers).check(
  check((layer) => {
    if ((layer.appId === undefined) === (layer.module === undefined))
      return { code: 'missing_field', message: 'Name the module once, in `appId` or in `module`.' };
    return undefined;
  }),
);
export type PlaysLayer = z.infer<typeof playsLayer>;

/** The members of a document beside its layers. */
export const playsFlow = z.strictObject({
  id: z.string().max(100).optional(),
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(10_000).optional(),
  enabled: z.boolean().optional(),
  category: z.string().min(1).max(200).optional(),
  execution: z
    .strictObject({
      /** Started after a FAIL, with the context of the failed play. */
      onFailFlowId: z
        .string()
        .min(1)
        .max(200)
        .regex(/^[^{}$\\]*$/)
        .optional(),
      /** Seconds of the whole play. */
      timeout: seconds.optional(),
    })
    .optional(),
  layers: z.array(z.unknown()),
});

/** A document as it is kept: layers as their authors wrote them. */
export interface PlaysDocument extends JsonObject {
  layers: JsonObject[];
}
