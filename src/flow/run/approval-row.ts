import type { ApprovalChange, ApprovalState, NoticeReason } from '../approval';
import type { Machine } from './machine';
import type { ApprovalMemory, NodeRun } from './state';

/** How many closed approvals a run remembers, so that a late answer is told the winning one at once. */
const REMEMBERED = 20;

const approvalStateOf = ({ outcome }: ApprovalMemory): ApprovalState => {
  if (outcome === undefined) return 'open';
  if (outcome.how === 'withdrawal') return 'withdrawn';
  return outcome.decision === 'approved' || outcome.decision === 'rejected' ? outcome.decision : 'expired';
};

/** What the inbox row is to become: all of it, so that the newest one counts. */
const changeOf = (approval: ApprovalMemory, state: ApprovalState, closedAt: number | undefined): ApprovalChange => ({
  id: approval.id,
  rev: approval.rev,
  state,
  approvers: [...approval.approvers],
  decisions: approval.decisions.map((decision) => ({ ...decision })),
  ...(approval.outcome === undefined || approval.outcome.how === 'withdrawal' ? {} : { decidedBy: approval.outcome.how }),
  ...(closedAt === undefined ? {} : { closedAt }),
});

/** The change of an approval as it is now. */
export const approvalChange = (approval: ApprovalMemory, nowMs: number): ApprovalChange => {
  const state = approvalStateOf(approval);
  return changeOf(approval, state, state === 'open' ? undefined : nowMs);
};

/** Brings the row up to date. Not a consequence: a held run does it, too (X11). */
export const recordRow = (machine: Machine, run: NodeRun, approval: ApprovalMemory): void =>
  putChange(machine, run, approval, approvalStateOf(approval));

const putChange = (machine: Machine, run: NodeRun, approval: ApprovalMemory, state: ApprovalState): void => {
  approval.rev += 1;
  const change = changeOf(approval, state, state === 'open' ? undefined : machine.nowMs);
  machine.commands.push({ type: 'recordApproval', path: run.path, change });
  if (state !== 'open') remember(machine, change);
};

const remember = ({ state }: Machine, change: ApprovalChange): void => {
  const decisions = change.decisions.map(({ decision, by, at }) => ({ decision, by, at }));
  state.closedApprovals = [...(state.closedApprovals ?? []), { ...change, decisions }].slice(-REMEMBERED);
};

/** The node run ends, and with it an approval that nobody has decided. */
export const closeApproval = (machine: Machine, run: NodeRun): void => {
  if (run.approval !== undefined && run.approval.outcome === undefined) putChange(machine, run, run.approval, 'cancelled');
};

/** Tells approvers, when the flow says how. */
export const tell = (
  machine: Machine,
  run: NodeRun,
  approval: ApprovalMemory,
  reason: NoticeReason,
  to: readonly string[],
): void => {
  const { id, title, message, notify, dueAt } = approval;
  if (notify === undefined) return;
  machine.commands.push({
    type: 'tellApprovers',
    path: run.path,
    notice: {
      id,
      reason,
      title,
      ...(message === undefined ? {} : { message }),
      to: [...to],
      ...(dueAt === undefined ? {} : { dueAt }),
      notify,
    },
  });
};
