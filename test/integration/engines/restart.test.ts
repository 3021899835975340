import { Client, Connection } from '@temporalio/client';
import mongoose from 'mongoose';
import { setRetention } from '../../../src/engines';
import { startTestMongo, startTestTemporal } from '../../support/engines';

describe('an embedded engine that is killed', () => {
  test('Temporal keeps its runs and settings on the same port', async () => {
    const server = await startTestTemporal();
    const withClient = async <T>(use: (client: Client) => Promise<T>): Promise<T> => {
      const connection = await Connection.connect({ address: server.address });
      try {
        return await use(new Client({ connection, namespace: server.namespace }));
      } finally {
        await connection.close();
      }
    };
    try {
      await setRetention(server.address, server.namespace, 30);
      await withClient((client) => client.workflow.start('anything', { taskQueue: 'nobody', workflowId: 'run_kept' }));
      await server.kill();
      await server.restart();
      await withClient(async (client) => {
        expect((await client.workflow.getHandle('run_kept').describe()).status.name).toBe('RUNNING');
        const { config } = await client.workflowService.describeNamespace({ namespace: server.namespace });
        expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
      });
    } finally {
      await server.stop();
    }
  });

  test('MongoDB keeps every acknowledged write on the same port', async () => {
    const server = await startTestMongo();
    const connect = () => mongoose.createConnection(server.uri).asPromise();
    try {
      const before = await connect();
      const rows = before.collection<{ _id: string }>('rows');
      for (let n = 0; n < 50; n += 1) await rows.insertOne({ _id: `row-${n}` });
      await server.kill();
      await before.close(true);
      await server.restart();
      const after = await connect();
      expect(await after.collection('rows').countDocuments()).toBe(50);
      await after.close();
    } finally {
      await server.stop();
    }
  });
});
