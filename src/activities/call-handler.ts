import { z } from 'zod';
import type { Json, JsonPath } from '../flow';
import type { CallContext, CallOutput } from './contract';
import type { ActivityDeps } from './deps';
import { CallFault } from './failure';
import type { UsedSecrets } from './secrets/used-secrets';

/** One attempt of a call, as a handler sees it. */
export interface CallJob {
  readonly context: CallContext;
  /** Paths of the output that expressions read. */
  readonly reads: readonly JsonPath[];
  /** Aborts at cancel and at the time limit. */
  readonly signal: AbortSignal;
  /** Of this call; what it answers is masked by whoever called the handler, what it stores by itself. */
  readonly secrets: UsedSecrets;
  /** The present for code that must give the same result when it is repeated, epoch ms. */
  readonly scheduledAtMs: number;
}
export type CallResult = Omit<CallOutput, 'output'> & { readonly output: Json };
/** Throws CallFault or RepriseError when the node's work fails. */
export type CallHandler = (params: Json, job: CallJob, deps: ActivityDeps) => Promise<CallResult>;

/** A handler whose params are checked when it runs: an expression may have given another type than the save could see. */
export const defineCall =
  <T>(schema: z.ZodType<T>, run: (params: T, job: CallJob, deps: ActivityDeps) => Promise<CallResult>): CallHandler =>
  async (params, job, deps) => {
    const parsed = schema.safeParse(params);
    if (parsed.success) return run(parsed.data, job, deps);
    const [issue] = parsed.error.issues;
    const name = issue?.path.join('.') ?? '';
    throw invalidParams(name, issue?.message ?? 'is not valid');
  };

/** Fault of one param; `why` goes on after its name. */
export const invalidParams = (name: string, why: string): CallFault =>
  new CallFault({
    code: 'invalid_params',
    message: name === '' ? `The params are wrong: ${why}` : `Param \`${name}\`: ${why}`,
    retryable: false,
    details: { param: name },
  });

/** Text from an expression: numbers and booleans are written as such. */
export const scalarText = z.union([z.string(), z.number(), z.boolean()], 'must be text').transform(String);
