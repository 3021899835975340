import type { Logger } from '../logger';
import type { RunCloser } from '../projection';
import type { ArtifactStore, Stores } from '../store/ports';
import type { AuthService } from './contract';
import type { TemporalPort } from './temporal-port';

/** What the use cases are made of. */
export interface ServiceDeps {
  readonly stores: Stores;
  readonly artifacts: ArtifactStore;
  readonly temporal: TemporalPort;
  /** Shared with the journal batcher when the worker is in this process: then one long poll and one write close a run. */
  readonly closer: RunCloser;
  readonly auth: AuthService;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly clock: () => number;
  /** This process is the only one that writes to the store (`reprise dev`): what it knows of flows is true. */
  readonly soleProcess?: boolean;
  /** Whether runs may carry search attributes (S5). */
  readonly searchable: boolean;
}
