import type { ApprovalState, Decision, Json, Principal, RequestOrigin } from '../../flow';
import type { Approval, Page, PageRequest } from '../../store/ports';

export interface ApprovalFilterInput {
  /** Those that name the caller: by account, role or group. */
  readonly mine?: boolean;
  /** Default `open`. */
  readonly state?: ApprovalState;
}

/**
 * The inbox, and what people do in it. Refusals: not_found; forbidden (who may not); validation_error (form); conflict (decided
 * already, details {decision, decisions}); gone (withdrawn, cancelled, the run has ended); decision_pending (the run has not
 * answered: a repeat gives the true result, X10).
 */
export interface ApprovalService {
  list(principal: Principal, filter: ApprovalFilterInput, page: PageRequest): Promise<Page<Approval>>;
  get(principal: Principal, id: string): Promise<Approval>;
  /** The approval as it is after it: still open while more must approve. The same person's same decision again answers the same. */
  decide(
    principal: Principal,
    id: string,
    answer: { readonly decision: Decision; readonly form?: Json; readonly note?: string },
  ): Promise<Approval>;
  /** An approver hands over to `to`, an approver's name (`account:<email>`, …), and cannot decide any more. */
  delegate(principal: Principal, id: string, to: string): Promise<Approval>;
  /** Who started the run, or an admin, takes the question back; the node fails `withdrawn`. */
  withdraw(principal: Principal, id: string, note?: string): Promise<Approval>;
}

/** Two tokens for one account, one for each decision. Using either ends both. */
export interface ApprovalLinks {
  /** `<account>.<random>`: what revokes them. */
  readonly id: string;
  readonly approve: string;
  readonly reject: string;
  readonly approver: string;
  readonly expiresAt: Date;
}
/** What a link asks its approver. */
export interface ApprovalLinkView {
  readonly approval: Approval;
  readonly decision: Decision;
  readonly approver: { readonly name: string; readonly email: string };
  /** What the decision leads to, as the flow names it; empty: this branch ends. */
  readonly next: readonly { readonly name: string; readonly type: string }[];
  readonly expiresAt: Date;
}
/**
 * Signed links for approvers without a log-in: bound to the approval (run, node path, attempt), the account and the decision; they expire,
 * work once, and can be revoked. Refusals of a token: not_found (it is none), gone (used, revoked, expired, or nothing is asked any
 * more), and those of `decide`.
 */
export interface ApprovalLinkService {
  /** For the caller, who must be an approver; an admin may name another one by e-mail. Refusals: forbidden, gone, validation_error. */
  make(
    principal: Principal,
    id: string,
    wish: { readonly approver?: string; readonly expiresInMs?: number },
  ): Promise<ApprovalLinks>;
  /** By whom they are for, or an admin. Idempotent. */
  revoke(principal: Principal, id: string, link: string): Promise<void>;
  /** Changes nothing. */
  look(token: string, request: RequestOrigin): Promise<ApprovalLinkView>;
  use(token: string, request: RequestOrigin, answer: { readonly form?: Json; readonly note?: string }): Promise<Approval>;
}
