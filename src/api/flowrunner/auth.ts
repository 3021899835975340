import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';
import { Time } from './common-schema';

const LoginRequest = z
  .strictObject({ username: z.string().min(1).max(320), password: z.string().min(1).max(1024) })
  .openapi('LoginRequest');
const LoginReply = z.strictObject({ token: z.string(), expires_at: Time, account_id: z.string() }).openapi('LoginReply');

export const authRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/v1/auth/login',
    operationId: 'login',
    summary: 'Authenticate and get a JWT token',
    tags: ['auth'],
    access: 'public',
    body: LoginRequest,
    reply: { status: 200, description: 'A bearer token.', schema: LoginReply },
    refuses: { 401: 'Unknown user or wrong password.', 429: 'Too many attempts; Retry-After says when to try again.' },
    handler: async ({ input, services, address }) => {
      const { token, expiresAt, accountId } = await services.auth.login({ ...input.body, address });
      return { body: { token, expires_at: expiresAt.toISOString(), account_id: accountId } };
    },
  }),
];
