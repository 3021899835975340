import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../../src/activities';
import { createSandbox } from '../../src/activities/sandbox';
import { createOutbound } from '../../src/egress';
import { checkInput } from '../../src/language';
import type { JournalEntry, Principal } from '../../src/flow';
import {
  createJournalBatcher,
  createRunCloser,
  type JournalBatcher,
  type Reconciler,
  type ReconcilerOptions,
} from '../../src/projection';
import { createServiceReconciler, createServices } from '../../src/service';
import { connectLazily, createTemporalPort, registerSearchAttributes } from '../../src/service/temporal';
import type { Services } from '../../src/service/contract';
import { createMemoryArtifactStore } from '../../src/store/memory';
import type { Stores } from '../../src/store/ports';
import { createWorker, type WorkflowBundle } from '../../src/worker/create-worker';
import { createJournalReplay } from '../../src/worker/replay-journal';
import { installRuntime } from '../../src/worker/runtime';
import { createRecordingLogger, type RecordedLine } from './recording-logger';
import { aPrincipal } from './services';

export interface RepriseOptions {
  readonly address: string;
  readonly bundle: WorkflowBundle;
  readonly stores: Stores;
  /** One process as in `reprise dev`, or connections of their own as `reprise api` and `reprise worker` have. */
  readonly embedded?: boolean;
  readonly taskQueue?: string;
  readonly reconciler?: Partial<ReconcilerOptions>;
  /** What the worker's journal goes through, e.g. to lose some of it. */
  readonly tamper?: (sink: JournalBatcher['sink']) => JournalBatcher['sink'];
}
export interface RepriseHarness extends Services {
  readonly me: Principal;
  readonly stores: Stores;
  readonly reconciler: Reconciler;
  readonly lines: RecordedLine[];
  readonly client: Client;
  readonly taskQueue: string;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** The journal as its history tells it. */
  replayed(runId: string): Promise<readonly JournalEntry[]>;
  stop(): Promise<void>;
}

let count = 0;
installRuntime(createRecordingLogger().logger);

/** Use cases, worker and projection on real engines, on a task queue of their own. */
export const createReprise = async (options: RepriseOptions): Promise<RepriseHarness> => {
  const { address, bundle, stores, embedded = true } = options;
  count += 1;
  const taskQueue = options.taskQueue ?? `services-${process.pid}-${Date.now()}-${count}`;
  const { logger, lines } = createRecordingLogger();
  const native = await NativeConnection.connect({ address });
  const lazy = embedded ? undefined : connectLazily(address);
  const client = new Client({ connection: lazy ?? native });
  const temporal = createTemporalPort(client, { eager: embedded, taskQueue });
  const searchable = await registerSearchAttributes(client.connection, 'default', logger);
  const closer = createRunCloser({ engine: temporal, runs: stores.runs, logger });
  const artifacts = createMemoryArtifactStore();
  const replay = createJournalReplay(bundle, artifacts);
  const deps = { stores, artifacts, temporal, closer, logger, clock: Date.now, searchable, soleProcess: embedded };
  const services = createServices({
    ...deps,
    jwtSecret: 'a secret of tests, thirty-two bytes and more',
  });
  const reconciler = createServiceReconciler({
    ...deps,
    replay,
    ...(options.reconciler === undefined ? {} : { options: options.reconciler }),
  });
  const batcher = createJournalBatcher({
    journal: stores.journal,
    runs: stores.runs,
    closer,
    logger,
    clock: Date.now,
    options: { awaitEnds: !embedded },
  });
  const outbound = createOutbound({ allow: ['127.0.0.1'] });
  const sandbox = createSandbox();
  const activities = createActivities({ stores, artifacts, outbound, sandbox, checkInput, logger, now: Date.now });

  let stopWorker: (() => Promise<void>) | undefined;
  return {
    ...services,
    me: aPrincipal(),
    stores,
    reconciler,
    lines,
    client,
    taskQueue,
    async startWorker() {
      const journal = (options.tamper ?? ((sink) => sink))(batcher.sink);
      const worker = await createWorker({
        connection: native,
        namespace: 'default',
        taskQueue,
        bundle,
        activities,
        artifacts,
        journal,
      });
      const running = worker.run();
      stopWorker = async () => {
        worker.shutdown();
        await running;
      };
    },
    async stopWorker() {
      await stopWorker?.();
      stopWorker = undefined;
    },
    async replayed(runId) {
      const told = [];
      for (const { history } of await temporal.histories(runId)) told.push(...(await replay(history, runId)));
      return told;
    },
    async stop() {
      await stopWorker?.();
      await reconciler.stop();
      await batcher.stop();
      closer.stop();
      await sandbox.close();
      await outbound.close();
      await lazy?.close();
      await native.close();
    },
  };
};
