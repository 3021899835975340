/** The API half: use cases, reconciler, sweeper and the HTTP server. */
import type { DataConverter } from '@temporalio/common';
import { createApp, createLiveSockets, startHttpServer } from '../../api';
import type { Logger } from '../../logger';
import type { RunCloser } from '../../projection';
import { createServiceReconciler, createServices, type TemporalPort } from '../../service';
import type { Services } from '../../service/contract';
import type { ArtifactStore, Stores } from '../../store/ports';
import type { WorkflowBundle } from '../../worker/create-worker';
import { createJournalReplay } from '../../worker/replay-journal';
import type { Announcements } from './announcements';
import type { Shutdown } from './shutdown';
import { startSweeper } from './sweeper';

/** How soon what another process left behind is looked for. */
const BULK_MS = 10_000;

export interface ApiParts {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly version: string;
  readonly jwtSecret: string;
  readonly stores: Stores;
  readonly artifacts: ArtifactStore;
  readonly temporal: TemporalPort;
  readonly closer: RunCloser;
  /** Open followers of one run by one account. */
  readonly followersPerRun: number;
  readonly proxyHops?: number;
  /** All writers are in this process and announce what they write. */
  readonly announcements?: Announcements;
  /** No other process writes to the store. */
  readonly soleProcess?: boolean;
  readonly bundle: WorkflowBundle;
  /** How payloads are written. */
  readonly converter: DataConverter;
  /** S5. */
  readonly searchable: boolean;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  /** How long running requests may end at a stop, ms. */
  readonly closeGraceMs: number;
}

/** Starts the API and registers its stop: no more requests, then no more work behind them. */
export async function startApi(parts: ApiParts): Promise<Services> {
  const { stores, artifacts, temporal, closer, searchable, soleProcess = false, logger, shutdown } = parts;
  const clock = Date.now;
  const { jwtSecret } = parts;
  const live = {
    options: { followersPerRunAndAccount: parts.followersPerRun, announced: parts.announcements !== undefined },
    ...(parts.announcements !== undefined && { onWritten: parts.announcements.onWritten }),
  };
  const services = createServices({
    stores,
    artifacts,
    temporal,
    closer,
    jwtSecret,
    logger,
    clock,
    searchable,
    soleProcess,
    live,
  });
  const reconciler = createServiceReconciler({
    stores,
    temporal,
    logger,
    clock,
    searchable,
    replay: createJournalReplay(parts.bundle, artifacts, parts.converter),
  });
  reconciler.start();
  shutdown.add('reconciler', () => reconciler.stop());
  shutdown.add('sweeper', startSweeper(stores, logger));

  const resuming = setInterval(() => void services.bulk.resume(), BULK_MS);
  resuming.unref();
  shutdown.add('bulk operations', () => clearInterval(resuming));

  let stopping = false;
  // A load balancer must send nothing new to a process that ends.
  const readiness: Services['readiness'] = async () => {
    const found = await services.readiness();
    return stopping ? { ...found, ready: false } : found;
  };
  const app = createApp({
    services: { ...services, readiness },
    logger: logger.child({ part: 'http' }),
    config: { publicUrl: parts.publicUrl, version: parts.version, proxyHops: parts.proxyHops ?? 0 },
  });
  const server = await startHttpServer(app, { host: parts.host, port: parts.port });
  const sockets = createLiveSockets({ services, logger: logger.child({ part: 'live' }), publicUrl: parts.publicUrl });
  sockets.attach(server.server);
  shutdown.add('http', async () => {
    stopping = true;
    services.live.stop();
    await Promise.all([server.close(parts.closeGraceMs), sockets.close()]);
  });
  return services;
}
