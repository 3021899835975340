/** The port of the approvals inbox. A row is an effect of its run (P8), not a projection: the run inserts it before it waits. */
import type { ApprovalChange, ApprovalDecision, ApprovalState, Json } from '../flow';
import type { Page, PageRequest } from './page';

/** An inbox row. */
export interface Approval {
  /** `<runId>:<path>` of the node run that waits. */
  readonly id: string;
  readonly workspace: string;
  readonly runId: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly version: number;
  /** Path of the node run (`each[3]/approve`), and which of its attempts asks. */
  readonly path: string;
  readonly attempt: number;
  readonly nodeRunId: string;
  readonly title: string;
  readonly message?: string;
  /** JSON Schema of the answer. */
  readonly form?: Json;
  readonly approvers: readonly string[];
  readonly required: number;
  readonly allowSelf: boolean;
  /** The account that started the run, or the run above it. */
  readonly requestedBy?: string;
  readonly state: ApprovalState;
  /** Counts the changes that the run made; an older one changes nothing. */
  readonly rev: number;
  readonly decisions: readonly ApprovalDecision[];
  readonly decidedBy?: 'people' | 'deadline';
  readonly createdAt: Date;
  readonly dueAt?: Date;
  readonly closedAt?: Date;
}
/** Why a signed link is at its end. */
export type LinkEnd = 'used' | 'revoked';
/** Ends of signed links: claims by insert (M2), kept until the link has expired anyway. */
export interface LinkEndStore {
  get(workspace: string, link: string): Promise<LinkEnd | undefined>;
  /** True when this call ended it so. */
  claim(workspace: string, link: string, end: LinkEnd, expiresAt: Date): Promise<boolean>;
  /** Takes back a use that came to nothing. */
  release(workspace: string, link: string): Promise<void>;
}

export interface ApprovalFilter {
  readonly state?: ApprovalState;
  /** Rows that name one of these approvers. */
  readonly approvers?: readonly string[];
}
export interface ApprovalStore {
  /** False when the id is taken: the row is there already. */
  insert(approval: Approval): Promise<boolean>;
  get(workspace: string, id: string): Promise<Approval | undefined>;
  /** Newest first by (createdAt, id). */
  list(workspace: string, filter: ApprovalFilter, page: PageRequest): Promise<Page<Approval>>;
  /** Applies to a row whose `rev` is smaller; whether it did. A closed row stays as it is. Creates nothing. */
  apply(change: ApprovalChange): Promise<boolean>;
  /** Open rows of all workspaces by id, after `afterId`: what the reconciler compares with their runs. */
  listOpen(afterId: string | undefined, limit: number): Promise<readonly Pick<Approval, 'id' | 'runId'>[]>;
  /** Closes an open row whose run has ended without it. */
  cancel(id: string, at: Date): Promise<boolean>;
}
