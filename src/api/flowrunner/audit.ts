import type { AuditEntry } from '../../service/contract';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';
import { Id, JsonValue, Paging, Time } from './common-schema';
import { withoutUndefined } from './without-undefined';

const Instant = z.iso
  .datetime('must be an ISO 8601 time in UTC')
  .transform((text) => new Date(text))
  .openapi({ type: 'string', format: 'date-time' });
const AuditQuery = z.strictObject({
  account_id: Id.optional().openapi({ description: 'Who did it.' }),
  action: z
    .string()
    .regex(/^[a-z_]{1,40}\.[a-z_]{1,40}$/, 'must be a kind and a verb such as flow.update')
    .optional(),
  target_id: z.string().min(1).max(400).optional().openapi({ description: 'What it was done to.' }),
  since: Instant.optional(),
  until: Instant.optional(),
  cursor: z.string().min(1).max(200).optional().openapi({ description: '`cursor` of the page before.' }),
  limit: Paging.limit,
});
const AuditReply = z
  .strictObject({
    entries: z.array(
      z
        .strictObject({
          id: z.string(),
          at: Time,
          account_id: z.string(),
          email: z.string().nullable(),
          credential: z.strictObject({ kind: z.enum(['session', 'api_key']), id: z.string() }).nullable(),
          action: z.string(),
          target: z.strictObject({ type: z.string(), id: z.string() }),
          address: z.string().nullable(),
          request_id: z.string().nullable(),
          details: JsonValue,
        })
        .openapi('AuditEntry'),
    ),
    limit: z.int(),
    cursor: z.string().nullable().openapi({ description: 'Where the list goes on; null at its end.' }),
  })
  .openapi('AuditList');

const present = ({ id, at, actor, action, target, request, details = {} }: AuditEntry) => ({
  id,
  at: at.toISOString(),
  account_id: actor.accountId,
  email: actor.email ?? null,
  credential: actor.credential ?? null,
  action,
  target,
  address: request?.address ?? null,
  request_id: request?.id ?? null,
  details,
});

export const auditRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/v1/audit',
    operationId: 'listAudit',
    summary: 'Who did what',
    description: 'Newest first. Entries are never changed or removed; the cursor stays right while more are added.',
    tags: ['audit'],
    access: 'accounts:admin',
    query: AuditQuery,
    reply: { status: 200, description: 'Newest first.', schema: AuditReply },
    handler: async ({ input: { query }, services, principal }) => {
      const { account_id: accountId, action, target_id: targetId, since, until, cursor, limit } = query;
      const filter = withoutUndefined({ accountId, action, targetId, since, until });
      const page = await services.audit.list(principal, filter, { limit, ...withoutUndefined({ cursor }) });
      return { body: { entries: page.entries.map(present), limit, cursor: page.cursor ?? null } };
    },
  }),
];
