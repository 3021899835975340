/** The worker of the hand-written workflows: a process of its own, the SDK's defaults. Prints `ready`, ends by SIGTERM. */
import { join } from 'node:path';
import { benchConverter } from './converter';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { HAND_WRITTEN_QUEUE } from './queue';
import * as activities from './activities';

async function main(address: string): Promise<void> {
  Runtime.install({
    logger: { log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: console.error },
  });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue: HAND_WRITTEN_QUEUE,
    workflowsPath: join(__dirname, 'workflows.ts'),
    activities,
    dataConverter: benchConverter,
  });
  const running = worker.run();
  process.stdout.write('ready\n');
  await running;
  await connection.close();
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
