import { APPROVAL_STATES, DECISIONS, LIMITS } from '../../flow';
import type { Approval } from '../../service/contract';
import { z } from '../zod-openapi';
import { JsonValue, Paging, PagingReply, Time } from './common-schema';
import { withoutUndefined } from './without-undefined';

/** `<execution>:<path of the node>`, sent percent-encoded. */
const ApprovalId = z.string().min(1).max(4_000);
const State = z.enum(APPROVAL_STATES);
const Note = z.string().max(LIMITS.approvalNoteChars).openapi({ description: 'Why; everybody who may read the run reads it.' });

export const ApprovalParams = z.strictObject({ id: ApprovalId });
export const ApprovalListQuery = z.strictObject({
  ...Paging,
  mine: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .openapi({ type: 'boolean', description: 'Those that name the caller, by account, role or group.' }),
  state: State.default('open').openapi({ description: 'Without it the open ones.' }),
});

export const DecideRequest = z
  .strictObject({ decision: z.enum(DECISIONS), form: JsonValue.optional(), note: Note.optional() })
  .openapi('DecideRequest');
export const DelegateRequest = z
  .strictObject({ to: z.string().min(1).max(300).openapi({ description: 'account:<email>, role:<role> or group:<name>.' }) })
  .openapi('DelegateRequest');
export const WithdrawRequest = z.strictObject({ note: Note.optional() }).openapi('WithdrawRequest');

export const ApprovalReply = z
  .strictObject({
    id: z.string(),
    executionId: z.string(),
    flowId: z.string(),
    flowName: z.string(),
    nodePath: z.string(),
    title: z.string(),
    message: z.string().optional(),
    form: JsonValue.optional(),
    approvers: z.array(z.string()),
    required: z.int(),
    allowSelf: z.boolean(),
    requestedBy: z.string().optional(),
    state: State,
    createdAt: Time,
    dueAt: Time.optional(),
    closedAt: Time.optional(),
    decidedBy: z.enum(['people', 'deadline']).optional(),
    decisions: z.array(
      z.strictObject({
        decision: z.enum(DECISIONS),
        by: z.string(),
        at: Time,
        note: z.string().optional(),
        form: JsonValue.optional(),
      }),
    ),
  })
  .openapi('Approval');
export const ApprovalListReply = z.strictObject({ approvals: z.array(ApprovalReply), ...PagingReply }).openapi('ApprovalList');

/** An inbox entry as callers see it. */
export const presentApproval = (approval: Approval): z.input<typeof ApprovalReply> => ({
  id: approval.id,
  executionId: approval.runId,
  flowId: approval.flowId,
  flowName: approval.flowName,
  nodePath: approval.path,
  title: approval.title,
  approvers: [...approval.approvers],
  required: approval.required,
  allowSelf: approval.allowSelf,
  state: approval.state,
  createdAt: approval.createdAt.toISOString(),
  decisions: approval.decisions.map(({ at, ...decision }) => ({ ...decision, at: new Date(at).toISOString() })),
  ...withoutUndefined({
    message: approval.message,
    form: approval.form,
    requestedBy: approval.requestedBy,
    dueAt: approval.dueAt?.toISOString(),
    closedAt: approval.closedAt?.toISOString(),
    decidedBy: approval.decidedBy,
  }),
});
