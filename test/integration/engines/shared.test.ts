import { Connection } from '@temporalio/client';
import mongoose from 'mongoose';
import { sharedEngines } from '../../support/engines';

describe('the shared engines', () => {
  const engines = sharedEngines();

  test('Temporal answers over gRPC and HTTP', async () => {
    const connection = await Connection.connect({ address: engines.temporalAddress });
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: engines.temporalNamespace });
    await connection.close();
    expect(namespaceInfo?.name).toBe('default');
    const reply = await fetch(`http://127.0.0.1:${engines.temporalHttpPort}/api/v1/namespaces/default`);
    expect(reply.status).toBe(200);
  });

  test('MongoDB writes and reads in a database of the file', async () => {
    const connection = await mongoose.createConnection(engines.mongodbUri).asPromise();
    const rows = connection.db?.collection<{ _id: string; n: number }>('rows');
    await rows?.insertOne({ _id: 'a', n: 1 });
    await rows?.updateOne({ _id: 'a' }, { $inc: { n: 1 } });
    expect(await rows?.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 2 });
    await connection.dropDatabase();
    await connection.close();
  });
});
