import type { Logger } from '../logger';
import type { RunCloser } from '../projection';
import type { ArtifactStore, Stores } from '../store/ports';
import type { AccountService } from './contract';
import type { TemporalPort } from './temporal-port';

/** What the use cases are made of. */
export interface ServiceDeps {
  readonly stores: Stores;
  readonly artifacts: ArtifactStore;
  readonly temporal: TemporalPort;
  /** Shared with the journal batcher when the worker is in this process: then one long poll and one write close a run. */
  readonly closer: RunCloser;
  readonly accounts: AccountService;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Whether runs may carry search attributes (S5). */
  readonly searchable: boolean;
}
