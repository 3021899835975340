/** The peer: hand-written workflows with a worker process of their own, started by the SDK's client. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { benchConverter } from '../hand-written/converter';
import { HAND_WRITTEN_QUEUE } from '../hand-written/queue';
import type * as workflows from '../hand-written/workflows';
import { MEMORY_FLAGS } from './memory-flags';

type Workflows = typeof workflows;

export interface HandWritten {
  /** Start to result. Answers the workflow id. */
  execute<N extends keyof Workflows>(name: N, args: Parameters<Workflows[N]>): Promise<string>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;

/** The flags of `npm start` for both sides. */
export async function startHandWritten(address: string): Promise<HandWritten> {
  const register = join(__dirname, '..', 'register.js');
  const worker = spawn(process.execPath, ['-r', register, join(__dirname, '..', 'hand-written', 'worker.ts'), address], {
    env: { ...process.env, ...MEMORY_FLAGS },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    worker.stdout.on('data', (part: Buffer) => void (part.includes('ready') && resolve()));
    void ended.then(() => reject(new Error('The hand-written worker ended at its start')));
    setTimeout(() => reject(new Error('The hand-written worker did not start')), START_LIMIT_MS).unref();
  });
  const stop = async (): Promise<void> => {
    worker.kill('SIGTERM');
    await ended;
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, dataConverter: benchConverter });
  return {
    execute: async (name, args) => {
      const workflowId = `hand-${randomUUID()}`;
      await client.workflow.execute<Workflows[typeof name]>(name, { workflowId, taskQueue: HAND_WRITTEN_QUEUE, args } as never);
      return workflowId;
    },
    stop: async () => {
      await connection.close();
      await stop();
    },
  };
}
