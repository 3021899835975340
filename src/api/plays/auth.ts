import { defineRoute } from '../route';
import type { Route } from '../route';
import { COOKIE_MS, type SessionCookie } from '../session-cookie';
import { z } from '../zod-openapi';

const LoginRequest = z
  .strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1024) })
  .openapi('CookieLoginRequest');
const Me = z.strictObject({ id: z.string(), email: z.string(), name: z.string() }).openapi('Me');
const LoggedOut = z.strictObject({ message: z.string() }).openapi('LoggedOut');

/** Sessions of browsers: a cookie instead of a bearer. */
export const createPlaysAuthRoutes = (cookie: SessionCookie): readonly Route[] => [
  defineRoute({
    method: 'post',
    path: '/api/auth/login',
    operationId: 'loginWithCookie',
    summary: 'Log in; the reply sets a session cookie',
    description:
      'The cookie is HttpOnly, SameSite=Strict, lasts an hour and counts on these routes (`/api`, not `/api/v1`). Pages of another origin are refused.',
    tags: ['plays auth'],
    access: 'public',
    body: LoginRequest,
    reply: { status: 200, description: 'Who is logged in.', schema: Me },
    refuses: {
      401: 'Unknown e-mail or wrong password.',
      403: 'A page of another origin asks.',
      429: 'Too many attempts; Retry-After says when to try again.',
    },
    handler: async ({ input: { body }, services, request }) => {
      const { email: username, password } = body;
      const { token, accountId } = await services.auth.login({ username, password, lifeMs: COOKIE_MS, request });
      const principal = await services.auth.authenticate(token, request);
      const { email, name } = await services.accounts.get(principal, accountId);
      return { body: { id: accountId, email, name }, headers: { 'set-cookie': cookie.write(token) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/auth/logout',
    operationId: 'logoutWithCookie',
    summary: 'Log out',
    description: 'Ends the session at once, with every token of it.',
    tags: ['plays auth'],
    access: 'session',
    reply: { status: 200, description: 'The session has ended.', schema: LoggedOut },
    handler: async ({ services, principal }) => {
      await services.auth.logout(principal);
      return { body: { message: 'Logged out' }, headers: { 'set-cookie': cookie.clear() } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/auth/me',
    operationId: 'me',
    summary: 'Who is logged in',
    tags: ['plays auth'],
    access: 'session',
    reply: { status: 200, description: 'The own account.', schema: Me },
    handler: async ({ services, principal }) => {
      const { id, email, name } = await services.accounts.get(principal, principal.accountId);
      return { body: { id, email, name } };
    },
  }),
];
