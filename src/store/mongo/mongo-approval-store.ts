import { trusted, type QueryFilter } from 'mongoose';
import type { ApprovalChange, ApprovalDecision, Json } from '../../flow';
import type { Approval, ApprovalStore } from '../ports';
import type { Database } from './database';
import { createKeyedQueue } from './keyed-queue';
import type { ApprovalRow } from './rows';
import { fromOptionalText, fromText, optional, toText } from './text';

export const createMongoApprovalStore = ({ models, run, insertOnce, standIn }: Database): ApprovalStore => {
  const { approvals } = models;
  const inTurn = createKeyedQueue();

  const find = async (id: string): Promise<Approval | undefined> => {
    const row = await run(() => approvals.findOne({ _id: id }).lean());
    return row === null ? undefined : approvalOf(row);
  };

  /**
   * Changes an open row that has seen fewer than `rev` changes. M1: the stand-in has no atomic condition, and finds by `_id` alone
   * quickly; this process is its only client, so one change after the other is exact.
   */
  const change = async (id: string, rev: number, $set: Partial<ApprovalRow>): Promise<boolean> => {
    if (!standIn) {
      const filter: QueryFilter<ApprovalRow> = { _id: id, state: 'open', rev: trusted({ $lt: rev }) };
      return (await run(() => approvals.updateOne(filter, { $set }))).matchedCount === 1;
    }
    return inTurn(id, async () => {
      const row = await find(id);
      if (row?.state !== 'open' || row.rev >= rev) return false;
      return (await run(() => approvals.updateOne({ _id: id }, { $set }))).matchedCount === 1;
    });
  };

  return {
    insert: (approval) => insertOnce(approvals, approvalRowOf(approval)),
    async get(workspace, id) {
      const found = await find(id);
      return found?.workspace === workspace ? found : undefined;
    },
    async list(workspace, { state, approvers }, page) {
      const filter: QueryFilter<ApprovalRow> = {
        workspace,
        ...optional('state', state),
        ...(approvers === undefined ? {} : { approvers: trusted({ $in: [...approvers] }) }),
      };
      const total = await run(() => approvals.countDocuments(filter));
      const sorted = approvals.find(filter).sort({ createdAt: -1, _id: -1 });
      const rows = await run(() => sorted.skip(page.offset).limit(page.limit).lean());
      return { items: rows.map(approvalOf), total };
    },
    apply: (told) => change(told.id, told.rev, membersOf(told)),
    async listOpen(afterId, limit) {
      const filter: QueryFilter<ApprovalRow> = {
        state: 'open',
        ...(afterId === undefined ? {} : { _id: trusted({ $gt: afterId }) }),
      };
      const sorted = approvals.find(filter, { _id: 1, runId: 1 }).sort({ _id: 1 });
      const rows = await run(() => sorted.limit(limit).lean());
      return rows.map(({ _id, runId }) => ({ id: _id, runId }));
    },
    cancel: (id, closedAt) => change(id, Number.MAX_SAFE_INTEGER, { state: 'cancelled', closedAt }),
  };
};

const approvalRowOf = ({ id, form, decisions, approvers, ...row }: Approval): ApprovalRow => ({
  _id: id,
  ...row,
  approvers: [...approvers],
  decisions: toText(decisions),
  ...(form === undefined ? {} : { form: toText(form) }),
});

const approvalOf = ({
  _id,
  form,
  decisions,
  message,
  requestedBy,
  decidedBy,
  dueAt,
  closedAt,
  ...row
}: ApprovalRow): Approval => ({
  id: _id,
  ...row,
  decisions: fromText(decisions) as ApprovalDecision[],
  ...optional('form', fromOptionalText(form) as Json | undefined),
  ...optional('message', message),
  ...optional('requestedBy', requestedBy),
  ...optional('decidedBy', decidedBy),
  ...optional('dueAt', dueAt),
  ...optional('closedAt', closedAt),
});

const membersOf = ({ rev, state, approvers, decisions, decidedBy, closedAt }: ApprovalChange): Partial<ApprovalRow> => ({
  rev,
  state,
  approvers: [...approvers],
  decisions: toText(decisions),
  ...optional('decidedBy', decidedBy),
  ...(closedAt === undefined ? {} : { closedAt: new Date(closedAt) }),
});
