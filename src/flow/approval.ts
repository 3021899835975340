import type { Json } from './json';
import type { CallParams } from './run/command';

/** What a person may answer. */
export const DECISIONS = ['approved', 'rejected'] as const;
export type Decision = (typeof DECISIONS)[number];

/**
 * What became of an approval: `open` until one of the others, which never change. `expired`: its deadline gave another answer than
 * the two decisions; `cancelled`: the run or the node ended without it.
 */
export const APPROVAL_STATES = ['open', 'approved', 'rejected', 'expired', 'withdrawn', 'cancelled'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** Who may decide: `account:<email>`, `role:<role>` or `group:<name>`; e-mails in lower case. */
export const APPROVER = /^(?:account|role|group):\S(?:.{0,252}\S)?$/u;

/** The node type `approval` in a plan. Members of type Json are templates, durations among them as of a `delay`. */
export interface ApprovalOperation {
  readonly kind: 'approval';
  readonly title: Json;
  readonly message?: Json;
  /** A list of approvers, or a template of one. */
  readonly approvers: Json;
  /** How many must approve; a single rejection rejects. */
  readonly required: number;
  /** Whether who started the run may decide although others could. */
  readonly allowSelf: boolean;
  /** JSON Schema of the form that a decision fills in; never a template. */
  readonly form?: Json;
  readonly timeout?: Json;
  /** The action that the deadline answers: a decision, or a word of the author's. */
  readonly onTimeout: string;
  /** Durations from the opening, ascending by what they come to. */
  readonly remind: readonly Json[];
  readonly escalate?: { readonly after: Json; readonly to: Json };
  readonly calendar?: BusinessCalendar;
  readonly notify?: Json;
  /** A rejection is the failure `declined` instead of the action `rejected`. */
  readonly declineFails?: true;
}

/** Durations of the approval count only within these hours. */
export interface BusinessCalendar {
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly zone: string;
  /** 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
  /** Local time, `09:00`. */
  readonly hours: { readonly from: string; readonly to: string };
}

/** The spans of an approval as resolved by its run, ms from the opening. */
export interface ApprovalSpans {
  readonly timeoutMs?: number;
  readonly remindMs: readonly number[];
  readonly escalateMs?: number;
  readonly calendar?: BusinessCalendar;
}

/** When something is due, epoch ms. */
export interface ApprovalTimes {
  readonly dueAt?: number;
  /** Ascending. */
  readonly remindAt: readonly number[];
  readonly escalateAt?: number;
}

/** One person's decision; `by` is an account id, or what an operator gave. */
export interface ApprovalDecision {
  readonly decision: Decision;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  readonly note?: string;
  readonly form?: Json;
}

/** What a run asks people: the content of an inbox row when it is opened (P8). */
export interface ApprovalRequest {
  readonly id: string;
  readonly title: string;
  readonly message?: string;
  readonly approvers: readonly string[];
  readonly required: number;
  readonly allowSelf: boolean;
  readonly form?: Json;
  /** Epoch ms. */
  readonly openedAt: number;
  readonly spans: ApprovalSpans;
}

/** What an inbox row becomes: all of its changing members, so that only the newest `rev` counts. */
export interface ApprovalChange {
  readonly id: string;
  readonly rev: number;
  readonly state: ApprovalState;
  readonly approvers: readonly string[];
  readonly decisions: readonly ApprovalDecision[];
  /** The action that ended it, when not a person's decision: its deadline's. */
  readonly decidedBy?: 'people' | 'deadline';
  /** Epoch ms; when it was closed. */
  readonly closedAt?: number;
}

/** Why approvers hear of an approval. */
export type NoticeReason = 'opened' | 'reminder' | 'escalated' | 'delegated';

/** What is told to whom: `notify` of the plan, resolved or as the source with what it needs (X14). */
export interface ApprovalNotice {
  readonly id: string;
  readonly reason: NoticeReason;
  readonly title: string;
  readonly message?: string;
  /** Those that are told: all of them, the new ones, or those who have not decided. */
  readonly to: readonly string[];
  /** Epoch ms. */
  readonly dueAt?: number;
  readonly notify: CallParams;
}

/** The id of the approval of a node run, also of its inbox row (P8). A later attempt asks anew. */
export const approvalIdOf = (runId: string, path: string, attempt: number): string =>
  attempt === 1 ? `${runId}:${path}` : `${runId}:${path}~${attempt}`;
