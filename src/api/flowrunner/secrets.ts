import { defineRoute } from '../route';
import type { Route } from '../route';
import { Message } from './common-schema';
import {
  CreateSecretRequest,
  presentSecret,
  ReplaceSecretRequest,
  SecretListReply,
  SecretParams,
  SecretReply,
  SecretsParams,
  SecretUsageQuery,
  SecretUsageReply,
} from './secret-schema';
import { withoutUndefined } from './without-undefined';

const COLLECTION = '/api/v1/accounts/{id}/secrets';

/** Own ones; admins all of the workspace. No reply has a value. */
export const secretRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: COLLECTION,
    operationId: 'listSecrets',
    summary: 'Get a list of secrets for an account',
    tags: ['secrets'],
    access: 'secrets:write',
    params: SecretsParams,
    reply: { status: 200, description: 'Keys, allowed hosts and dates, by key.', schema: SecretListReply },
    handler: async ({ input, services, principal }) => ({
      body: { secrets: (await services.secrets.list(principal, input.params.id)).map(presentSecret) },
    }),
  }),
  defineRoute({
    method: 'post',
    path: COLLECTION,
    operationId: 'createSecret',
    summary: 'Create a new secret',
    tags: ['secrets'],
    access: 'secrets:write',
    params: SecretsParams,
    body: CreateSecretRequest,
    reply: { status: 201, description: 'It is kept; Location is its address. No route answers its value.', schema: SecretReply },
    refuses: { 409: 'The account has a secret of this key, or 500 secrets.' },
    handler: async ({ input: { params, body }, services, principal }) => {
      const { key, value, allowed_hosts: allowedHosts } = body;
      const secret = await services.secrets.create(principal, params.id, withoutUndefined({ key, value, allowedHosts }));
      const location = `/api/v1/accounts/${encodeURIComponent(params.id)}/secrets/${encodeURIComponent(key)}`;
      return { body: presentSecret(secret), headers: { location } };
    },
  }),
  defineRoute({
    method: 'put',
    path: `${COLLECTION}/{key}`,
    operationId: 'replaceSecret',
    summary: 'Replace the value or the allowed hosts of a secret',
    description: 'Members that are not sent stay as they are. Runs use the new value from their next attempt on.',
    tags: ['secrets'],
    access: 'secrets:write',
    params: SecretParams,
    body: ReplaceSecretRequest,
    reply: { status: 200, description: 'The secret after the change.', schema: SecretReply },
    handler: async ({ input: { params, body }, services, principal }) => {
      const { value, allowed_hosts: allowedHosts } = body;
      const change = withoutUndefined({ value, allowedHosts });
      return { body: presentSecret(await services.secrets.replace(principal, params.id, params.key, change)) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: `${COLLECTION}/{key}`,
    operationId: 'deleteSecret',
    summary: 'Delete a secret',
    description: 'Runs that need it fail at the node that uses it.',
    tags: ['secrets'],
    access: 'secrets:write',
    params: SecretParams,
    reply: { status: 200, description: 'It is deleted.', schema: Message },
    handler: async ({ input: { params }, services, principal }) => {
      await services.secrets.remove(principal, params.id, params.key);
      return { body: { message: 'Secret deleted successfully' } };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${COLLECTION}/{key}/usage`,
    operationId: 'listSecretUsage',
    summary: 'Get the flows that need a secret',
    tags: ['secrets'],
    access: 'secrets:write',
    params: SecretParams,
    query: SecretUsageQuery,
    reply: { status: 200, description: 'Newest first: flows that this account saved last.', schema: SecretUsageReply },
    handler: async ({ input: { params, query }, services, principal }) => {
      const { limit, offset } = query;
      const page = await services.secrets.usage(principal, params.id, params.key, { limit, offset });
      return { body: { flows: page.items.map(({ id, name }) => ({ id, name })), total: page.total, limit, offset } };
    },
  }),
];
