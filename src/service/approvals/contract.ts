import type { Decision, Json, Principal, ApprovalState } from '../../flow';
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
