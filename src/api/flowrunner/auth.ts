import type { SignedIn } from '../../service/contract';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';
import { Message, Time } from './common-schema';
import { withoutUndefined } from './without-undefined';

const LoginRequest = z
  .strictObject({
    username: z.string().min(1).max(320),
    password: z.string().min(1).max(1024),
    refresh: z.boolean().optional().openapi({ description: 'Answer a single-use refresh token too.' }),
  })
  .openapi('LoginRequest');
const RefreshRequest = z
  .strictObject({
    refresh_token: z.string().min(1).max(512).optional().openapi({ description: 'Instead of a bearer; spent by this.' }),
  })
  .openapi('RefreshRequest');
const TokenReply = z
  .strictObject({
    token: z.string(),
    expires_at: Time,
    account_id: z.string(),
    refresh_token: z.string().optional().openapi({ description: 'Single-use; the next one comes with each refresh.' }),
  })
  .openapi('LoginReply');

const present = ({ token, expiresAt, accountId, refreshToken }: SignedIn) => ({
  token,
  expires_at: expiresAt.toISOString(),
  account_id: accountId,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
});

export const authRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/v1/auth/login',
    operationId: 'login',
    summary: 'Authenticate and get a JWT token',
    tags: ['auth'],
    access: 'public',
    body: LoginRequest,
    reply: { status: 200, description: 'A bearer token.', schema: TokenReply },
    refuses: { 401: 'Unknown user or wrong password.', 429: 'Too many attempts; Retry-After says when to try again.' },
    handler: async ({ input, services, request }) => ({
      body: present(await services.auth.login({ ...withoutUndefined(input.body), request })),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/auth/refresh',
    operationId: 'refreshToken',
    summary: 'Refresh an existing JWT token',
    description:
      'With a bearer that has not expired: another one of the same session. With a refresh token in the body: that and the next refresh token. A session ends 12 hours after its log-in.',
    tags: ['auth'],
    access: 'refresh',
    body: RefreshRequest,
    reply: { status: 200, description: 'A new bearer token.', schema: TokenReply },
    handler: async ({ input, services, request, bearer }) => {
      const { refresh_token: refreshToken } = input.body;
      return { body: present(await services.auth.refresh({ ...withoutUndefined({ bearer, refreshToken }), request })) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/auth/logout',
    operationId: 'logout',
    summary: 'Invalidate the current token',
    description: 'Ends the session at once, with every access and refresh token of it.',
    tags: ['auth'],
    access: 'session',
    reply: { status: 200, description: 'The session has ended.', schema: Message },
    handler: async ({ services, principal }) => {
      await services.auth.logout(principal);
      return { body: { message: 'Logged out successfully' } };
    },
  }),
];
