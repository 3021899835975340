import { z } from 'zod';
import type { Json, JsonObject } from '../../flow';
import { parseDuration } from '../../flow/duration';
import { defineCall, scalarText } from '../call-handler';
import { onStore } from '../failure';

const key = scalarText.pipe(z.string().min(1, 'must not be empty'));
const value = z.custom<Json>((given) => given !== undefined, 'is missing');
const ttl = z
  .union([z.string(), z.number()], 'must be a duration')
  .nullish()
  .transform((given, context) => {
    if (given === undefined || given === null) return undefined;
    const ms = parseDuration(given);
    if (ms !== undefined && ms > 0) return ms;
    context.addIssue({ code: 'custom', message: 'must be a duration such as 30d' });
    return z.NEVER;
  });
const finite = z.number('must be a number');

const storeParams = z.discriminatedUnion(
  'operation',
  [
    z.object({ operation: z.literal('get'), key }),
    z.object({ operation: z.literal('set'), key, value, ttl }),
    z.object({ operation: z.literal('delete'), key }),
    z.object({
      operation: z.literal('list'),
      prefix: scalarText.default(''),
      limit: z.number('must be a number').int().min(1).max(1_000).default(100),
    }),
    z.object({ operation: z.literal('increment'), key, amount: finite.default(1) }),
    z.object({ operation: z.literal('append'), key, value }),
  ],
  'must be get, set, delete, list, increment or append',
);
type StoreParams = z.infer<typeof storeParams>;

/** The key-value store of the workspace. Writes carry the attempt's operation id, so that a repeat is applied once (X1). */
export const store = defineCall(storeParams, async (params, { context }, { stores: { kv } }) => {
  const { workspace, operationId } = context;
  const perform = async (): Promise<Json> => {
    switch (params.operation) {
      case 'get':
        return toEntry(await kv.get(workspace, params.key));
      case 'set':
        await kv.set(workspace, params.key, params.value, {
          operationId,
          ...(params.ttl === undefined ? {} : { ttlMs: params.ttl }),
        });
        return params.value;
      case 'delete':
        return kv.delete(workspace, params.key, { operationId });
      case 'increment':
        return kv.increment(workspace, params.key, params.amount, { operationId });
      case 'append':
        return kv.append(workspace, params.key, params.value, { operationId });
      case 'list':
        return (await kv.list(workspace, params.prefix, params.limit)).map((entry): JsonObject => ({
          key: entry.key,
          value: entry.value,
        }));
    }
  };
  return {
    output: await onStore(perform),
    log: { level: 'debug', message: `Store ${params.operation}`, data: subjectOf(params) },
  };
});

const toEntry = ({ found, value: held }: { readonly found: boolean; readonly value: Json }): JsonObject => ({
  value: found ? held : null,
  found,
});

const subjectOf = (params: StoreParams): JsonObject =>
  params.operation === 'list' ? { prefix: params.prefix } : { key: params.key };
