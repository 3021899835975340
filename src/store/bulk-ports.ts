import type { Principal } from '../flow';

export interface BulkFailure {
  readonly runId: string;
  readonly code: string;
  readonly message: string;
}
/** One action on many runs, and how far it is. Written by whoever has its lease. */
export interface BulkOperation {
  /** `bulk_<ulid>` */
  readonly id: string;
  readonly workspace: string;
  readonly action: 'hold' | 'release' | 'cancel';
  /** Who asked: each change is theirs, also when another process goes on with it. */
  readonly principal: Principal;
  /** Chosen when it was asked for; done in this order. */
  readonly runIds: readonly string[];
  /** How many of them are behind it. */
  readonly handled: number;
  readonly failures: readonly BulkFailure[];
  readonly state: 'running' | 'done';
  readonly createdAt: Date;
  readonly endedAt?: Date;
}
export interface BulkStore {
  insert(operation: BulkOperation): Promise<void>;
  get(workspace: string, id: string): Promise<BulkOperation | undefined>;
  advance(id: string, progress: Pick<BulkOperation, 'handled' | 'failures' | 'state' | 'endedAt'>): Promise<void>;
  /** Of all workspaces, by id. */
  listRunning(limit: number): Promise<readonly BulkOperation[]>;
}
