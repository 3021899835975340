import { renamed, type Json, type JsonPath, type Value } from '../flow';
import { runAttempt } from './attempt';
import { CALLS } from './calls';
import type { CallInput, CallOutput } from './contract';
import type { ActivityDeps } from './deps';
import { CallFault, isCallFault, isInternal, toActivityError } from './failure';
import { resolveParams } from './resolve';
import type { ActivityRuntime } from './runtime';
import type { Masker } from './secrets/masker';
import { NO_SECRETS, type OpenSecrets } from './secrets/used-secrets';
import type { Values } from './values';

/** The one door of node types: params resolved, the handler run within the attempt's time, the output made a value. */
export const createCall =
  (deps: ActivityDeps, values: Values, openSecrets: OpenSecrets, runtimeOf: () => ActivityRuntime) =>
  async (input: CallInput): Promise<CallOutput> => {
    const runtime = runtimeOf();
    const { context, reads } = input;
    const keyParts = [context.path, String(context.attempt)];
    const inNames = (output: Json): Json => (input.output === undefined ? output : renamed(output, input.output));
    let secrets = NO_SECRETS;
    const toValue = (output: Json, paths: readonly JsonPath[] = reads): Promise<Value> =>
      values.toValue(context, keyParts, secrets.mask.json(output), paths);
    try {
      return await runAttempt(runtime, input.timeoutMs, async (signal) => {
        const handler = handlerOf(input.activity);
        // Before anything else is made of them, so that what fails from here on is masked.
        secrets = await openSecrets(input.params, context);
        const params = await resolveParams(values, input.params, secrets);
        ({ secrets } = params);
        const job = { context, reads, signal, secrets, scheduledAtMs: runtime.scheduledAtMs };
        const { output, log, ...rest } = await handler(params.resolved, job, deps);
        // In the contract's names before anything is left behind in an artifact (X6).
        return {
          ...rest,
          ...(log === undefined ? {} : { log: maskedLog(log, secrets.mask) }),
          output: await toValue(inNames(output)),
        };
      });
    } catch (error) {
      if (runtime.signal.aborted && error === runtime.signal.reason) throw error;
      if (isInternal(error))
        deps.logger.error('A node failed inside Reprise', {
          runId: context.runId,
          path: context.path,
          activity: input.activity,
          error: secrets.mask.text(describe(error)),
        });
      throw toActivityError(error, context.path, await outputOf(error, (output) => toValue(inNames(output))), secrets.mask);
    }
  };

/** Histories name activities as text: one from a later version is refused, not called. */
const handlerOf = (name: CallInput['activity']) => {
  if (Object.hasOwn(CALLS, name)) return CALLS[name];
  throw new CallFault({
    code: 'unsupported',
    message: `This worker does not know the call ${name}; update it`,
    retryable: false,
  });
};

const maskedLog = (log: NonNullable<CallOutput['log']>, mask: Masker): NonNullable<CallOutput['log']> => ({
  level: log.level,
  message: mask.text(log.message),
  ...(log.data === undefined ? {} : { data: mask.json(log.data) }),
});

/** The output of a failure must not hide the failure. */
const outputOf = async (error: unknown, toValue: (output: Json) => Promise<Value>): Promise<Value | undefined> => {
  if (!isCallFault(error) || error.output === undefined) return undefined;
  try {
    return await toValue(error.output);
  } catch {
    return undefined;
  }
};

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
