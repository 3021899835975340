import { APPROVER, type ApprovalOperation, type ApprovalSpans } from '../approval';
import { hasOwn } from '../expr/globals';
import type { Json, JsonObject } from '../json';
import { LIMITS } from '../limits';
import { durationOf } from './durations';
import { shortened } from './failures';

const TITLE_CHARS = 300;

/** What an approval asks, its templates resolved. */
export interface Question {
  readonly title: string;
  readonly message?: string;
  readonly approvers: readonly string[];
  readonly escalateTo: readonly string[];
  readonly spans: ApprovalSpans;
}
/** A param that came out as something that it cannot be. */
export interface QuestionFault {
  readonly param: string;
  readonly wanted: string;
  readonly value: Json;
}

/** The members that are templates, as one template. */
export const questionTemplate = ({ title, message, approvers, timeout, remind, escalate }: ApprovalOperation): JsonObject => ({
  title,
  approvers,
  remind: [...remind],
  ...(message === undefined ? {} : { message }),
  ...(timeout === undefined ? {} : { timeout }),
  ...(escalate === undefined ? {} : { after: escalate.after, to: escalate.to }),
});

/** The name of an approver in its one spelling, or undefined. */
export const toApprover = (name: Json): string | undefined => {
  if (typeof name !== 'string') return undefined;
  const trimmed = name.trim();
  if (!APPROVER.test(trimmed)) return undefined;
  return trimmed.startsWith('account:') ? trimmed.toLowerCase() : trimmed;
};

const APPROVERS = `account:<email>, role:<role> or group:<name>, 1 to ${LIMITS.approvers} of them`;
const DURATION = 'a duration such as 3d';

/** Reads what the template came to. */
export const readQuestion = (op: ApprovalOperation, value: JsonObject): Question | QuestionFault => {
  const member = (name: string): Json => (hasOwn(value, name) ? (value[name] ?? null) : null);
  const approvers = toApprovers(member('approvers'));
  if (approvers === undefined) return { param: 'approvers', wanted: APPROVERS, value: member('approvers') };
  const escalateTo = op.escalate === undefined ? [] : toApprovers(member('to'));
  if (escalateTo === undefined) return { param: 'escalate.to', wanted: APPROVERS, value: member('to') };
  const timeoutMs = op.timeout === undefined ? undefined : durationOf(op.timeout, member('timeout'));
  if (op.timeout !== undefined && timeoutMs === undefined)
    return { param: 'timeout', wanted: DURATION, value: member('timeout') };
  const escalateMs = op.escalate === undefined ? undefined : durationOf(op.escalate.after, member('after'));
  if (op.escalate !== undefined && escalateMs === undefined)
    return { param: 'escalate.after', wanted: DURATION, value: member('after') };
  const reminders = member('remind');
  const remindMs = op.remind.map((source, at) => durationOf(source, Array.isArray(reminders) ? (reminders[at] ?? null) : null));
  const wrong = remindMs.indexOf(undefined);
  if (wrong >= 0) return { param: `remind[${wrong}]`, wanted: DURATION, value: reminders };
  return {
    title: textIn(member('title')).slice(0, TITLE_CHARS),
    ...(op.message === undefined ? {} : { message: shortened(textIn(member('message'))) }),
    approvers,
    escalateTo,
    spans: {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      remindMs: remindMs.filter((ms) => ms !== undefined).toSorted((a, b) => a - b),
      ...(escalateMs === undefined ? {} : { escalateMs }),
      ...(op.calendar === undefined ? {} : { calendar: op.calendar }),
    },
  };
};

const textIn = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** One name, or a list of names and lists of names. */
const toApprovers = (value: Json): readonly string[] | undefined => {
  const names = (Array.isArray(value) ? value.flat() : [value]).map(toApprover);
  const known = names.filter((name) => name !== undefined);
  const distinct = [...new Set(known)];
  return known.length === names.length && distinct.length > 0 && distinct.length <= LIMITS.approvers ? distinct : undefined;
};
