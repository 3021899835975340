/** What people do to an open approval. X10: at or after its deadline nothing counts any more, whether its timer has been seen or not. */
import type { ApprovalChange, ApprovalDecision } from '../approval';
import { stringify } from '../expr/globals';
import { LIMITS } from '../limits';
import { approvalIdOf } from '../approval';
import { concludeApproval, note, scheduleApproval } from './approvals';
import { toApprover } from './approval-question';
import { approvalChange, recordRow, tell } from './approval-row';
import type { RunEvent } from './event';
import { runAt, type Machine } from './machine';
import type { ApprovalMemory, NodeRun } from './state';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type ApprovalEvent = EventOf<'decide'> | EventOf<'delegate'> | EventOf<'withdraw'>;

/** Why it does not count. `winner`: the answer that did. */
export interface ApprovalRefusal {
  readonly code: 'not_found' | 'conflict' | 'gone' | 'forbidden' | 'payload_too_large' | 'invalid_request';
  readonly message: string;
  readonly winner?: Pick<ApprovalChange, 'state'> & {
    readonly decision: string;
    readonly decisions: readonly Pick<ApprovalDecision, 'decision' | 'by' | 'at'>[];
  };
}
export type ApprovalForesight =
  | { readonly kind: 'counts' | 'repeats'; readonly run: NodeRun; readonly approval: ApprovalMemory }
  /** A repeat of what an approval took that has been closed since. */
  | { readonly kind: 'repeats' }
  | { readonly kind: 'refused'; readonly refusal: ApprovalRefusal };

type Moment = Pick<Machine, 'state' | 'nowMs'>;

const refused = (code: ApprovalRefusal['code'], message: string, winner?: ApprovalRefusal['winner']): ApprovalForesight => ({
  kind: 'refused',
  refusal: { code, message, ...(winner === undefined ? {} : { winner }) },
});

/** What an answer would do; the update's validator refuses the refused. */
export const foreseeApproval = (moment: Moment, event: ApprovalEvent): ApprovalForesight => {
  const { state, nowMs } = moment;
  const run = state.runs[event.path];
  const approval = run?.approval;
  if (run === undefined || approval === undefined || run.stopping !== undefined || isOther(run, event))
    return foreseeClosed(state.closedApprovals ?? [], idOf(moment, event), event);
  if (approval.outcome !== undefined) return judgeClosed(approvalChange(approval, nowMs), event, approval.outcome.decision);
  if (nowMs >= (approval.dueAt ?? Number.POSITIVE_INFINITY))
    return refused('conflict', `The deadline of approval ${approval.id} has passed; it answered ${approval.onTimeout}`, {
      state: 'expired',
      decision: approval.onTimeout,
      decisions: approval.decisions.map(({ decision, by, at }) => ({ decision, by, at })),
    });
  if (nowMs >= (run.limit ?? Number.POSITIVE_INFINITY))
    return refused('gone', `The time of node ${run.path} is over; its approval ${approval.id} takes no answer any more`);
  if (event.type === 'withdraw') return { kind: 'counts', run, approval };
  return judgePerson(run, approval, event);
};

const isOther = (run: NodeRun, { attempt }: ApprovalEvent): boolean => attempt !== undefined && attempt !== run.attempt;
const idOf = ({ state }: Moment, { path, attempt = 1 }: ApprovalEvent): string => approvalIdOf(state.facts.runId, path, attempt);

const judgePerson = (
  run: NodeRun,
  approval: ApprovalMemory,
  event: EventOf<'decide'> | EventOf<'delegate'>,
): ApprovalForesight => {
  const { by, as } = event;
  const before = approval.decisions.find((decision) => decision.by === by);
  if (before !== undefined)
    return event.type === 'decide' && event.decision === before.decision
      ? { kind: 'repeats', run, approval }
      : refused('conflict', `${by} has ${before.decision} already; a decision cannot be changed`, {
          state: 'open',
          decision: before.decision,
          decisions: [before],
        });
  if (approval.away?.includes(by) === true) return refused('forbidden', `${by} has handed this approval over`);
  if (as !== undefined && !approval.approvers.some((name) => as.includes(name)))
    return refused('forbidden', `Only ${approval.approvers.join(', ')} may decide here`);
  if (event.type === 'delegate' && toApprover(event.to) === undefined)
    return refused('invalid_request', 'Name whom to hand over to: account:<email>, role:<role> or group:<name>');
  if (event.type === 'delegate' && approval.approvers.length >= LIMITS.approvers)
    return refused('conflict', `An approval has at most ${LIMITS.approvers} approvers; decide instead`);
  if (event.type === 'decide' && event.form !== undefined && stringify(event.form).length > LIMITS.approvalFormBytes)
    return refused('payload_too_large', `The form of a decision may have ${LIMITS.approvalFormBytes} bytes; send less`);
  return { kind: 'counts', run, approval };
};

const foreseeClosed = (closed: readonly ApprovalChange[], id: string, event: ApprovalEvent): ApprovalForesight => {
  const found = closed.findLast((change) => change.id === id);
  if (found === undefined) return refused('not_found', `Nothing waits for approval at ${event.path}`);
  return judgeClosed(found, event, found.state);
};

/** The same person's same answer is a repeat; every other one has come too late. */
const judgeClosed = (change: ApprovalChange, event: ApprovalEvent, decision: string): ApprovalForesight => {
  const { id, state, decisions } = change;
  const mine = event.type === 'decide' && decisions.some(({ by, decision: each }) => by === event.by && each === event.decision);
  if (mine || (event.type === 'withdraw' && state === 'withdrawn')) return { kind: 'repeats' };
  if (state === 'withdrawn' || state === 'cancelled') return refused('gone', `Approval ${id} was ${state}`);
  const told = decisions.map(({ decision: each, by, at }) => ({ decision: each, by, at }));
  return refused('conflict', `Approval ${id} is decided: ${decision}`, { state, decision, decisions: told });
};

/** Takes an answer. What does not count changes nothing. */
export const takeApprovalEvent = (machine: Machine, event: ApprovalEvent): void => {
  const foresight = foreseeApproval(machine, event);
  if (foresight.kind !== 'counts' || runAt(machine, event.path) !== foresight.run) return;
  const { run, approval } = foresight;
  if (event.type === 'decide') decide(machine, run, approval, event);
  else if (event.type === 'delegate') delegate(machine, run, approval, event);
  else withdraw(machine, run, approval, event);
  scheduleApproval(run, approval);
  recordRow(machine, run, approval);
  concludeApproval(machine, run);
};

const decide = (machine: Machine, run: NodeRun, approval: ApprovalMemory, event: EventOf<'decide'>): void => {
  const { decision, by, as, note: text, form } = event;
  const told = { ...(text === undefined ? {} : { note: text }), ...(form === undefined ? {} : { form }) };
  approval.decisions.push({ decision, by, at: machine.nowMs, ...told });
  const approvals = approval.decisions.filter((each) => each.decision === 'approved').length;
  if (decision === 'rejected' || approvals >= approval.required) approval.outcome = { decision, how: 'people' };
  const count = decision === 'approved' && approval.required > 1 ? ` (${approvals} of ${approval.required})` : '';
  note(machine, run, 'approval.decided', `${decision === 'approved' ? 'Approved' : 'Rejected'} by ${by}${count}`, {
    decision,
    by,
    as: as?.find((name) => approval.approvers.includes(name)) ?? null,
    ...told,
  });
};

const delegate = (machine: Machine, run: NodeRun, approval: ApprovalMemory, event: EventOf<'delegate'>): void => {
  const { by, as = [], toAccount } = event;
  const to = toApprover(event.to) ?? event.to;
  const own = as.find((name) => name.startsWith('account:'));
  approval.approvers = [...new Set([...approval.approvers.filter((name) => name !== own), to])];
  // Whoever gets it back may decide again.
  approval.away = [...new Set([...(approval.away ?? []), by])].filter((account) => account !== toAccount);
  note(machine, run, 'approval.delegated', `${by} handed the approval over to ${to}`, { by, to });
  tell(machine, run, approval, 'delegated', [to]);
};

const withdraw = (machine: Machine, run: NodeRun, approval: ApprovalMemory, event: EventOf<'withdraw'>): void => {
  approval.outcome = { decision: 'withdrawn', how: 'withdrawal' };
  const text = event.note === undefined ? {} : { note: event.note };
  note(machine, run, 'approval.withdrawn', `Withdrawn by ${event.by}`, { by: event.by, ...text });
};
