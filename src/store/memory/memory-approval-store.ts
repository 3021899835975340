import type { ApprovalChange } from '../../flow';
import type { Approval, ApprovalStore } from '../ports';
import { newestFirst, pageOf } from './newest-first';

export const createMemoryApprovalStore = (): ApprovalStore => {
  const rows = new Map<string, Approval>();
  const replace = (id: string, change: (row: Approval) => Approval | undefined): boolean => {
    const row = rows.get(id);
    const changed = row?.state === 'open' ? change(row) : undefined;
    if (changed !== undefined) rows.set(id, structuredClone(changed));
    return changed !== undefined;
  };
  return {
    async insert(approval) {
      if (rows.has(approval.id)) return false;
      rows.set(approval.id, structuredClone(approval));
      return true;
    },
    async get(workspace, id) {
      const row = rows.get(id);
      return row?.workspace === workspace ? structuredClone(row) : undefined;
    },
    list: async (workspace, { state, approvers }, page) =>
      pageOf(
        newestFirst(rows.values()).filter(
          (row) =>
            row.workspace === workspace &&
            (state === undefined || row.state === state) &&
            (approvers === undefined || row.approvers.some((name) => approvers.includes(name))),
        ),
        page,
      ),
    apply: async (change) => replace(change.id, (row) => changedApproval(row, change)),
    listOpen: async (afterId, limit) =>
      [...rows.values()]
        .filter(({ id, state }) => state === 'open' && (afterId === undefined || id > afterId))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id, runId }) => ({ id, runId })),
    cancel: async (id, at) => replace(id, (row) => ({ ...row, state: 'cancelled', closedAt: at })),
  };
};

/** The row after a change of its run, or undefined when it has seen a newer one. */
const changedApproval = (row: Approval, change: ApprovalChange): Approval | undefined => {
  if (change.rev <= row.rev) return undefined;
  const { closedAt, ...members } = change;
  return { ...row, ...members, ...(closedAt === undefined ? {} : { closedAt: new Date(closedAt) }) };
};
