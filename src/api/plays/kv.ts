import type { Json } from '../../flow';
import type { KvItem } from '../../service/contract';
import { withoutUndefined } from '../flowrunner/without-undefined';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';
import { ById, JsonValue, PlaysPaging, pageSchema, presentPage, toPageRequest } from './common-schema';
import { Deleted } from './flow-schema';

const Scope = z.enum(['global', 'flow', 'flow_group']);
const ScopeKey = z.string().min(1).max(200).openapi({ description: 'The flow’s id, or the shared name; none of `global`.' });
const KvReply = z
  .strictObject({ id: z.string(), scope: Scope, scopeKey: z.string().optional(), key: z.string(), value: JsonValue })
  .openapi('KvItem');
const KvRequest = z
  .strictObject({
    key: z.string().min(1).max(400),
    value: JsonValue,
    scope: Scope.default('global'),
    scopeKey: ScopeKey.optional(),
    ttl: z.number().positive().max(31_622_400).optional().openapi({ description: 'Seconds.' }),
  })
  .refine(({ value }) => value !== undefined, { path: ['value'], error: 'is required' })
  .openapi('KvRequest');
const KvQuery = z.strictObject({ scope: Scope.optional(), scopeKey: ScopeKey.optional(), ...PlaysPaging });

const present = ({ scopeKey, ...item }: KvItem): z.input<typeof KvReply> => ({ ...item, ...withoutUndefined({ scopeKey }) });

/** What flows keep with the kv modules and the node type `store`. */
export const kvRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/kv',
    operationId: 'listKv',
    summary: 'List key-value entries',
    description: 'By key; at most the first 1,000 of what is asked for.',
    tags: ['kv'],
    access: 'kv:read',
    query: KvQuery,
    reply: { status: 200, description: 'The entries.', schema: pageSchema(KvReply).openapi('KvPage') },
    handler: async ({ input: { query }, services, principal }) => {
      const { scope, scopeKey, ...paging } = query;
      const all = await services.kv.list(principal, withoutUndefined({ scope, scopeKey }));
      const { offset, limit } = toPageRequest(paging);
      return { body: presentPage({ items: all.slice(offset, offset + limit), total: all.length }, paging, present) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/kv',
    operationId: 'setKv',
    summary: 'Set a key-value entry',
    tags: ['kv'],
    access: 'kv:write',
    body: KvRequest,
    reply: { status: 200, description: 'The entry.', schema: KvReply },
    handler: async ({ input: { body }, services, principal }) => {
      const { key, value, scope, scopeKey, ttl } = body;
      const ttlMs = ttl === undefined ? undefined : ttl * 1_000;
      const item = { key, value: value as Json, scope, ...withoutUndefined({ scopeKey, ttlMs }) };
      return { body: present(await services.kv.set(principal, item)) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/kv/{id}',
    operationId: 'deleteKv',
    summary: 'Delete a key-value entry',
    tags: ['kv'],
    access: 'kv:write',
    params: ById,
    reply: { status: 200, description: 'It is gone.', schema: Deleted },
    handler: async ({ input: { params }, services, principal }) => {
      await services.kv.remove(principal, params.id);
      return { body: { id: params.id, deleted: true as const } };
    },
  }),
];
