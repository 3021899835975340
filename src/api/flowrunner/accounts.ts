import { defineRoute } from '../route';
import type { Route } from '../route';
import {
  AccountListQuery,
  AccountListReply,
  AccountParams,
  AccountReply,
  CreateAccountRequest,
  PasswordRequest,
  presentAccount,
  UpdateAccountRequest,
} from './account-schema';
import { Message } from './common-schema';
import { withoutUndefined } from './without-undefined';

const LAST_ADMIN = 'It is the last admin of the workspace';
const WEAK = { 422: 'The password is weak; `details` says why.' };

export const accountRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/v1/accounts',
    operationId: 'listAccounts',
    summary: 'Get a list of accounts',
    tags: ['accounts'],
    access: 'accounts:admin',
    query: AccountListQuery,
    reply: { status: 200, description: 'Newest first.', schema: AccountListReply },
    handler: async ({ input: { query }, services, principal }) => {
      const { role, limit, offset } = query;
      const page = await services.accounts.list(principal, withoutUndefined({ role }), { limit, offset });
      return { body: { accounts: page.items.map(presentAccount), total: page.total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/accounts',
    operationId: 'createAccount',
    summary: 'Create a new account',
    tags: ['accounts'],
    access: 'accounts:admin',
    body: CreateAccountRequest,
    reply: { status: 201, description: 'The account; Location is its address.', schema: AccountReply },
    refuses: { 409: 'The e-mail is taken, in this workspace or another.', ...WEAK },
    handler: async ({ input, services, principal }) => {
      const account = await services.accounts.create(principal, withoutUndefined(input.body));
      return { body: presentAccount(account), headers: { location: `/api/v1/accounts/${encodeURIComponent(account.id)}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/accounts/{id}',
    operationId: 'getAccount',
    summary: 'Get details of a specific account',
    tags: ['accounts'],
    access: 'self',
    params: AccountParams,
    reply: { status: 200, description: 'The account.', schema: AccountReply },
    handler: async ({ input, services, principal }) => ({
      body: presentAccount(await services.accounts.get(principal, input.params.id)),
    }),
  }),
  defineRoute({
    method: 'put',
    path: '/api/v1/accounts/{id}',
    operationId: 'updateAccount',
    summary: 'Update an existing account',
    description: 'Members that are not sent stay as they are. Only admins change roles and groups.',
    tags: ['accounts'],
    access: 'self',
    params: AccountParams,
    body: UpdateAccountRequest,
    reply: { status: 200, description: 'The account after the update.', schema: AccountReply },
    refuses: { 409: `The e-mail is taken, or: ${LAST_ADMIN} and stays it.` },
    handler: async ({ input: { params, body }, services, principal }) => ({
      body: presentAccount(await services.accounts.update(principal, params.id, withoutUndefined(body))),
    }),
  }),
  defineRoute({
    method: 'put',
    path: '/api/v1/accounts/{id}/password',
    operationId: 'changePassword',
    summary: 'Change the password of an account',
    description: 'Ends every session of the account at once; its API keys stay.',
    tags: ['accounts'],
    access: 'self',
    params: AccountParams,
    body: PasswordRequest,
    reply: { status: 200, description: 'It is changed.', schema: Message },
    refuses: { ...WEAK, 429: 'Too many attempts; Retry-After says when to try again.' },
    handler: async ({ input: { params, body }, services, principal }) => {
      const { password, current_password: currentPassword } = body;
      await services.accounts.changePassword(principal, params.id, withoutUndefined({ password, currentPassword }));
      return { body: { message: 'Password changed successfully' } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/accounts/{id}',
    operationId: 'deleteAccount',
    summary: 'Delete an account',
    description: 'With its sessions, API keys and secrets. Its flows and runs stay.',
    tags: ['accounts'],
    access: 'accounts:admin',
    params: AccountParams,
    reply: { status: 200, description: 'It is deleted.', schema: Message },
    refuses: { 409: `${LAST_ADMIN}.` },
    handler: async ({ input, services, principal }) => {
      await services.accounts.remove(principal, input.params.id);
      return { body: { message: 'Account deleted successfully' } };
    },
  }),
];
