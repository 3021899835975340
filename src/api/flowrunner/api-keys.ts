import { SCOPES } from '../../flow';
import type { ApiKey } from '../../service/contract';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';
import { Id, Message, Paging, PagingReply, Time } from './common-schema';
import { withoutUndefined } from './without-undefined';

const ScopeName = z.enum(SCOPES);
const CreateApiKeyRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    scopes: z.array(ScopeName).min(1).max(SCOPES.length),
    expires_at: z.iso.datetime('must be an ISO 8601 time in UTC').optional(),
  })
  .openapi('CreateApiKeyRequest');
const KEY_MEMBERS = {
  id: z.string(),
  account_id: z.string(),
  name: z.string(),
  scopes: z.array(ScopeName),
  created_at: Time,
  expires_at: Time.nullable(),
  last_used_at: Time.nullable(),
};
const ApiKeyReply = z.strictObject(KEY_MEMBERS).openapi('ApiKey');
const NewApiKeyReply = z
  .strictObject({ ...KEY_MEMBERS, key: z.string().openapi({ description: 'Shown this once: keep it.' }) })
  .openapi('NewApiKey');
const ApiKeyListReply = z.strictObject({ api_keys: z.array(ApiKeyReply), ...PagingReply }).openapi('ApiKeyList');
const ApiKeyListQuery = z.strictObject({
  account_id: Id.optional().openapi({ description: 'Of another account; for admins.' }),
  ...Paging,
});

const present = ({ id, accountId, name, scopes, createdAt, expiresAt, lastUsedAt }: ApiKey) => ({
  id,
  account_id: accountId,
  name,
  scopes: [...scopes],
  created_at: createdAt.toISOString(),
  expires_at: expiresAt?.toISOString() ?? null,
  last_used_at: lastUsedAt?.toISOString() ?? null,
});

export const apiKeyRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/v1/api-keys',
    operationId: 'createApiKey',
    summary: 'Create an API key',
    description:
      'Of the own account, with at most the scopes that the caller has. A key that makes a key lends it its expiry, and ends it when it is revoked.',
    tags: ['api keys'],
    access: 'apikeys:write',
    body: CreateApiKeyRequest,
    reply: { status: 201, description: 'The key, shown this once; Location is its address.', schema: NewApiKeyReply },
    refuses: { 409: 'The account has 100 keys.', 422: '`expires_at` is past.' },
    handler: async ({ input: { body }, services, principal }) => {
      const { name, scopes } = body;
      const expiresAt = body.expires_at === undefined ? undefined : new Date(body.expires_at);
      const made = await services.apiKeys.create(principal, withoutUndefined({ name, scopes, expiresAt }));
      const location = `/api/v1/api-keys/${encodeURIComponent(made.apiKey.id)}`;
      return { body: { ...present(made.apiKey), key: made.key }, headers: { location } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/api-keys',
    operationId: 'listApiKeys',
    summary: 'Get a list of API keys',
    tags: ['api keys'],
    access: 'apikeys:write',
    query: ApiKeyListQuery,
    reply: { status: 200, description: 'Newest first, without the keys themselves.', schema: ApiKeyListReply },
    handler: async ({ input: { query }, services, principal }) => {
      const { account_id: accountId, limit, offset } = query;
      const page = await services.apiKeys.list(principal, withoutUndefined({ accountId }), { limit, offset });
      return { body: { api_keys: page.items.map(present), total: page.total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/api-keys/{id}',
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'At once, with the keys that it made. Own ones; admins all.',
    tags: ['api keys'],
    access: 'apikeys:write',
    params: z.object({ id: Id }),
    reply: { status: 200, description: 'It is revoked.', schema: Message },
    handler: async ({ input, services, principal }) => {
      await services.apiKeys.remove(principal, input.params.id);
      return { body: { message: 'API key revoked successfully' } };
    },
  }),
];
