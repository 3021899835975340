import type { Json } from '../../flow';
import { defineRoute } from '../route';
import type { Route } from '../route';
import {
  ApprovalListQuery,
  ApprovalListReply,
  ApprovalParams,
  ApprovalReply,
  DecideRequest,
  DelegateRequest,
  presentApproval,
  WithdrawRequest,
} from './approval-schema';
import { withoutUndefined } from './without-undefined';

const ONE = '/api/v1/approvals/{id}';
const CLOSED = {
  409: 'It is decided, or its deadline has passed: the details tell the winning decision.',
  410: 'It was withdrawn, or its run has ended without it.',
};

/** The inbox of what runs ask people. */
export const approvalRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/v1/approvals',
    operationId: 'listApprovals',
    summary: 'The inbox',
    tags: ['approvals'],
    access: 'flows:read',
    query: ApprovalListQuery,
    reply: { status: 200, description: 'Newest first.', schema: ApprovalListReply },
    handler: async ({ input: { query }, services, principal }) => {
      const { mine, state, limit, offset } = query;
      const { items, total } = await services.approvals.list(principal, { mine, state }, { limit, offset });
      return { body: { approvals: items.map(presentApproval), total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'get',
    path: ONE,
    operationId: 'getApproval',
    summary: 'One approval',
    tags: ['approvals'],
    access: 'flows:read',
    params: ApprovalParams,
    reply: { status: 200, description: 'The approval, in whatever state it is.', schema: ApprovalReply },
    handler: async ({ input: { params }, services, principal }) => ({
      body: presentApproval(await services.approvals.get(principal, params.id)),
    }),
  }),
  defineRoute({
    method: 'post',
    path: `${ONE}/decide`,
    operationId: 'decideApproval',
    summary: 'Approve or reject',
    description: 'A 503 `decision_pending` leaves it undecided whether it counted: send it again and learn the outcome.',
    tags: ['approvals'],
    access: 'approvals:decide',
    params: ApprovalParams,
    body: DecideRequest,
    reply: { status: 200, description: 'It counts; the approval is still open while more must approve.', schema: ApprovalReply },
    refuses: { ...CLOSED, 422: 'The form does not fit its schema.' },
    handler: async ({ input: { params, body }, services, principal }) => {
      const { decision, note } = body;
      // JSON by origin: it was parsed from the body.
      const answer = { decision, ...withoutUndefined({ note, form: body.form as Json | undefined }) };
      return { body: presentApproval(await services.approvals.decide(principal, params.id, answer)) };
    },
  }),
  defineRoute({
    method: 'post',
    path: `${ONE}/delegate`,
    operationId: 'delegateApproval',
    summary: 'Hand an approval over',
    description: 'The caller, who is one of its approvers, cannot decide on it any more.',
    tags: ['approvals'],
    access: 'approvals:decide',
    params: ApprovalParams,
    body: DelegateRequest,
    reply: { status: 200, description: 'The approval with its new approver.', schema: ApprovalReply },
    refuses: { ...CLOSED, 422: 'There is no such account or role.' },
    handler: async ({ input: { params, body }, services, principal }) => ({
      body: presentApproval(await services.approvals.delegate(principal, params.id, body.to)),
    }),
  }),
  defineRoute({
    method: 'post',
    path: `${ONE}/withdraw`,
    operationId: 'withdrawApproval',
    summary: 'Take the question back',
    description: 'For the account that started the run, and for admins. The node fails with `withdrawn`.',
    tags: ['approvals'],
    access: 'flows:execute',
    params: ApprovalParams,
    body: WithdrawRequest,
    reply: { status: 200, description: 'The approval, withdrawn.', schema: ApprovalReply },
    refuses: CLOSED,
    handler: async ({ input: { params, body }, services, principal }) => ({
      body: presentApproval(await services.approvals.withdraw(principal, params.id, body.note)),
    }),
  }),
];
