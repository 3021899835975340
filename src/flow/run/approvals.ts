/**
 * An approval: opened by an activity that puts its row into the inbox (P8), then waiting for people or for its deadline. Its timers
 * are wakes of its node run (X12). What people decide while the run is held is recorded; what follows from it waits (X11).
 */
import type { ApprovalOperation, ApprovalTimes } from '../approval';
import { approvalIdOf } from '../approval';
import { isJsonObject, type Json } from '../json';
import { inline } from '../value';
import { ask, jsonOf } from './ask';
import { questionTemplate, readQuestion } from './approval-question';
import { recordRow, tell } from './approval-row';
import { invalid } from './durations';
import { failRun } from './fail-and-stop';
import { toFailure } from './failures';
import { nodePlanOf, placeOf, record, summarise, type Machine } from './machine';
import { resolveParams } from './resolve-params';
import { settle } from './settle';
import type { ApprovalMemory, NodeRun } from './state';

/** Asks for the row. The node waits as soon as it is there. */
export const startApproval = (machine: Machine, run: NodeRun, op: ApprovalOperation): void => {
  const answer = ask(machine, run, 'question', { kind: 'template', source: questionTemplate(op) });
  if (!answer.ready) return;
  const value = jsonOf(answer.value);
  const question = readQuestion(op, isJsonObject(value) ? value : {});
  if ('wanted' in question) return invalid(machine, run, question.param, inline(question.value), question.wanted);
  const { title, message, approvers, escalateTo, spans } = question;
  const id = approvalIdOf(machine.state.facts.runId, run.path, run.attempt);
  const texts = { title, ...(message === undefined ? {} : { message }) };
  run.approval = {
    id,
    ...texts,
    approvers: [...approvers],
    required: op.required,
    decisions: [],
    onTimeout: op.onTimeout,
    remindAt: [],
    rev: 0,
    ...(escalateTo.length === 0 ? {} : { escalateTo: [...escalateTo] }),
    ...(op.notify === undefined ? {} : { notify: resolveParams(machine, run, op.notify) }),
  };
  run.busy = 'opening';
  machine.commands.push({
    type: 'openApproval',
    path: run.path,
    nodeRunId: run.nodeRunId,
    attempt: run.attempt,
    approval: {
      id,
      ...texts,
      approvers,
      required: op.required,
      allowSelf: op.allowSelf,
      ...(op.form === undefined ? {} : { form: op.form }),
      openedAt: machine.nowMs,
      spans,
    },
  });
};

/** The row is in the inbox: the node waits. Somebody may have decided already. */
export const approvalOpened = (machine: Machine, run: NodeRun, approval: ApprovalMemory, times: ApprovalTimes): void => {
  approval.opened = true;
  approval.remindAt = [...times.remindAt];
  if (times.dueAt !== undefined) approval.dueAt = times.dueAt;
  if (times.escalateAt !== undefined) approval.escalateAt = times.escalateAt;
  run.state = 'WAIT';
  summarise(machine, run, 'WAIT');
  const { required, approvers, dueAt } = approval;
  record(machine, {
    type: 'node.waiting',
    level: 'info',
    message: `Waiting for approval: ${approval.title}`,
    ...placeOf(machine, run),
    state: 'WAIT',
    data: { approval: approval.id, approvers: [...approvers], required, dueAt: dueAt === undefined ? null : isoOf(dueAt) },
  });
  tell(machine, run, approval, 'opened', approvers);
  scheduleApproval(run, approval);
  concludeApproval(machine, run);
};

/** The next of its reminders, escalation and deadline. */
export const scheduleApproval = (run: NodeRun, approval: ApprovalMemory): void => {
  const { dueAt, escalateAt, remindAt, outcome } = approval;
  const next = Math.min(...[dueAt, escalateAt, remindAt[0]].filter((at) => at !== undefined));
  if (outcome === undefined && Number.isFinite(next)) run.wake = { kind: 'approval', at: next };
  else delete run.wake;
};

/** Something of it is due. Reminders that were due together (the run was held) are one; at the deadline nothing else counts. */
export const approvalDue = (machine: Machine, run: NodeRun, approval: ApprovalMemory): void => {
  const { nowMs } = machine;
  if (approval.dueAt !== undefined && approval.dueAt <= nowMs) return expire(machine, run, approval);
  if (approval.escalateAt !== undefined && approval.escalateAt <= nowMs) escalate(machine, run, approval);
  const later = approval.remindAt.filter((at) => at > nowMs);
  if (later.length < approval.remindAt.length) {
    approval.remindAt = later;
    note(machine, run, 'approval.reminded', `Reminded of approval ${run.path}`, { left: later.length });
    tell(machine, run, approval, 'reminder', approval.approvers);
  }
  scheduleApproval(run, approval);
};

const expire = (machine: Machine, run: NodeRun, approval: ApprovalMemory): void => {
  approval.outcome = { decision: approval.onTimeout, how: 'deadline' };
  note(machine, run, 'approval.decided', `The deadline of ${run.path} decided: ${approval.onTimeout}`, {
    decision: approval.onTimeout,
    by: 'deadline',
  });
  recordRow(machine, run, approval);
  concludeApproval(machine, run);
};

const escalate = (machine: Machine, run: NodeRun, approval: ApprovalMemory): void => {
  delete approval.escalateAt;
  const to = (approval.escalateTo ?? []).filter((name) => !approval.approvers.includes(name));
  approval.approvers.push(...to);
  note(machine, run, 'approval.escalated', `Approval ${run.path} escalated to ${to.join(', ')}`, { to });
  recordRow(machine, run, approval);
  tell(machine, run, approval, 'escalated', to);
};

/** A journal event of an approval. */
export const note = (
  machine: Machine,
  run: NodeRun,
  type: 'approval.decided' | 'approval.reminded' | 'approval.escalated' | 'approval.delegated' | 'approval.withdrawn',
  message: string,
  data: Json,
): void => record(machine, { type, level: 'info', message, ...placeOf(machine, run), state: 'WAIT', data });

/**
 * Ends the node when its approval has an outcome, unless the run is held. Only `approved` takes the edge `default`: whatever else it
 * came to goes on by an edge of its own or not at all.
 */
export const concludeApproval = (machine: Machine, run: NodeRun): void => {
  const { approval } = run;
  if (approval?.outcome === undefined || approval.opened !== true || machine.state.held !== undefined) return;
  if (run.stopping !== undefined) return;
  const { decision, how } = approval.outcome;
  const plan = nodePlanOf(machine, run);
  const output = outputOf(approval, decision);
  delete run.wake;
  if (how === 'withdrawal') {
    const failure = toFailure('withdrawn', `The approval ${run.path} was withdrawn`, run.path, { action: 'withdrawn', output });
    return failRun(machine, run, failure);
  }
  if (decision === 'rejected' && plan.op.kind === 'approval' && plan.op.declineFails === true) {
    const why = approval.decisions.at(-1)?.note;
    const text = `The approval ${run.path} was declined${why === undefined ? '' : `: ${why}`}`;
    return failRun(machine, run, toFailure('declined', text, run.path, { output }));
  }
  const targets =
    decision === 'approved' ? {} : { targets: Object.hasOwn(plan.next, decision) ? (plan.next[decision] ?? []) : [] };
  settle(machine, run, { state: 'DONE', action: decision, output, ...targets });
};

/** {decision, decisions[], form}: who decided what and when; the form of the decision that ended it. */
const outputOf = ({ decisions }: ApprovalMemory, decision: string) =>
  inline({
    decision,
    decisions: decisions.map(({ decision: each, by, at, note: text }) => ({
      decision: each,
      by,
      at: isoOf(at),
      ...(text === undefined ? {} : { note: text }),
    })),
    form: decisions.at(-1)?.form ?? null,
  });

const isoOf = (at: number): string => new Date(at).toISOString();
