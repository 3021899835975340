import type { Principal, RunState } from '../../flow';
import type { BulkOperation } from '../../store/ports';

export interface BulkInput {
  readonly action: BulkOperation['action'];
  readonly flowId?: string;
  readonly states?: readonly RunState[];
  /** When the run was asked for: from, and before. */
  readonly since?: Date;
  readonly until?: Date;
}
export interface BulkService {
  /** How many runs it would touch. */
  count(principal: Principal, input: BulkInput): Promise<number>;
  /** Chooses the runs and begins. Throws `validation_error` for more than 10,000. */
  begin(principal: Principal, input: BulkInput): Promise<BulkOperation>;
  get(principal: Principal, id: string): Promise<BulkOperation>;
  /** Goes on with what a process left behind. Never rejects. */
  resume(): Promise<void>;
}
