import type { Logger } from '../logger';
import type { RunCloser } from '../projection';
import type { ArtifactStore, Stores } from '../store/ports';
import type { PasswordHasher } from './auth/passwords';
import type { LiveDeps } from './live/live-service';
import type { TemporalPort } from './temporal-port';

/** What the use cases are made of. */
export interface ServiceDeps {
  readonly stores: Stores;
  readonly artifacts: ArtifactStore;
  readonly temporal: TemporalPort;
  /** Shared with the journal batcher when the worker is in this process: then one long poll and one write close a run. */
  readonly closer: RunCloser;
  /** At least 32 bytes; signs access and refresh tokens. */
  readonly jwtSecret: string;
  /** argon2id unless a test has no time for it. */
  readonly passwords?: PasswordHasher;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly clock: () => number;
  /** This process is the only one that writes to the store (`reprise dev`): what it remembers is true. */
  readonly soleProcess?: boolean;
  readonly live?: Pick<LiveDeps, 'options' | 'onWritten'>;
  /** Whether runs may carry search attributes (S5). */
  readonly searchable: boolean;
}
