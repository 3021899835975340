/** `reprise worker`: runs flows. Any number of them share the work. */
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createRunCloser } from '../../projection';
import { createTemporalPort, registerSearchAttributes } from '../../service/temporal';
import { installRuntime } from '../../worker/runtime';
import { startWorker } from '../wiring/start-worker';
import { toConverter } from '../wiring/converter';
import { untilAvailable } from '../wiring/until-available';
import { loadWorkflowBundle } from '../wiring/workflow-bundle';
import { runHalf, type ProductionParts } from './production';

/** Runs until told to stop. */
export const run = (): Promise<void> => runHalf(start);

async function start({ config, logger, stores, artifacts, shutdown, signal }: ProductionParts): Promise<void> {
  installRuntime(logger);
  const namespace = config.temporalNamespace;
  const converter = toConverter(config.encryptionKeys, config.encryptsPayloads);
  const connect = () => NativeConnection.connect({ address: config.temporalAddress });
  const connection = await untilAvailable('Temporal', connect, { logger, signal, isPassing: () => true });
  shutdown.add('Temporal connection', () => connection.close());
  await untilAvailable('Temporal', () => registerSearchAttributes(connection, namespace, logger), { logger, signal });
  const temporal = createTemporalPort(new Client({ connection, namespace, dataConverter: converter }), { eager: false });
  const closer = createRunCloser({ engine: temporal, runs: stores.runs, logger });
  shutdown.add('closer', () => closer.stop());
  const bundle = await loadWorkflowBundle();
  await startWorker({
    connection,
    namespace,
    bundle,
    converter,
    stores,
    artifacts,
    closer,
    egressAllow: config.egressAllow,
    outgoing: config,
    logger,
    shutdown,
  });
  logger.info('worker started', { namespace });
}
