import { Time } from '../flowrunner/common-schema';
import { ApprovalParams } from '../flowrunner/approval-schema';
import { withoutUndefined } from '../flowrunner/without-undefined';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';

const LONGEST_SECONDS = 30 * 24 * 3_600;

const LinksRequest = z
  .strictObject({
    approver: z
      .string()
      .min(3)
      .max(254)
      .optional()
      .openapi({ description: 'E-mail of the approver; for admins. Default: the caller.' }),
    expiresIn: z.int().min(60).max(LONGEST_SECONDS).optional().openapi({ description: 'Seconds; default 7 days.' }),
  })
  .openapi('ApprovalLinksRequest');
const LinksReply = z
  .strictObject({ id: z.string(), approve: z.string(), reject: z.string(), approver: z.string(), expiresAt: Time })
  .openapi('ApprovalLinks');
const LinkParams = z.strictObject({ ...ApprovalParams.shape, link: z.string().min(1).max(300) });

/** Signed links for one approver. Their address is PUBLIC_URL, never what a request says. */
export const createApprovalLinkRoutes = ({ publicUrl }: { readonly publicUrl: string }): readonly Route[] => [
  defineRoute({
    method: 'post',
    path: '/api/v1/approvals/{id}/links',
    operationId: 'makeApprovalLinks',
    summary: 'Make signed links that decide',
    description:
      'Two addresses for one approver, who needs no log-in: whoever opens one sees what is asked and confirms. Using either ends both. Hand them to that person only.',
    tags: ['approvals'],
    access: 'approvals:decide',
    params: ApprovalParams,
    body: LinksRequest,
    reply: { status: 200, description: 'The links. They cannot be read again.', schema: LinksReply },
    refuses: { 410: 'It is not open any more.', 422: 'There is no such account.' },
    handler: async ({ input: { params, body }, services, principal }) => {
      const { approver, expiresIn } = body;
      const wish = withoutUndefined({ approver, expiresInMs: expiresIn === undefined ? undefined : expiresIn * 1_000 });
      const made = await services.approvalLinks.make(principal, params.id, wish);
      const urlOf = (token: string): string => `${publicUrl}/approve/${token}`;
      const { expiresAt, approve, reject, ...rest } = made;
      return { body: { ...rest, approve: urlOf(approve), reject: urlOf(reject), expiresAt: expiresAt.toISOString() } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/approvals/{id}/links/{link}',
    operationId: 'revokeApprovalLinks',
    summary: 'Revoke signed links',
    description: 'For whom they are for, and for admins. Idempotent.',
    tags: ['approvals'],
    access: 'approvals:decide',
    params: LinkParams,
    reply: { status: 200, description: 'They work no more.', schema: z.strictObject({ revoked: z.literal(true) }) },
    handler: async ({ input: { params }, services, principal }) => {
      await services.approvalLinks.revoke(principal, params.id, params.link);
      return { body: { revoked: true as const } };
    },
  }),
];
