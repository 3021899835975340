import type { Json } from '../../../src/flow';
import { createKvWriter } from '../../../src/store/mongo/kv-writer';
import type { Database } from '../../../src/store/mongo/database';
import type { KvWrite } from '../../../src/store/kv-write';
import { newId } from '../../contract/store-factories';
import { sharedEngines } from '../../support/engines';
import { rawDatabase } from './raw-database';

type When = 'before' | 'after';

/** A database whose n-th operation fails, before or after it took effect: what a crash at that point leaves behind. */
const failingAt = (database: Database, n: number, when: When): Database => {
  let count = 0;
  const step = async <T>(operation: () => PromiseLike<T>): Promise<T> => {
    count += 1;
    if (count === n && when === 'before') throw new Error('crash');
    const answer = await operation();
    if (count === n && when === 'after') throw new Error('crash');
    return answer;
  };
  return {
    ...database,
    run: (operation) => step(() => database.run(operation)),
    insertOnce: (model, row) => step(() => database.insertOnce(model, row)),
  };
};

const CASES: readonly { readonly name: string; readonly change: KvWrite; readonly result: Json; readonly value: Json }[] = [
  { name: 'increment', change: { kind: 'increment', amount: 5 }, result: 15, value: 15 },
  { name: 'set', change: { kind: 'set', value: 'x' }, result: null, value: 'x' },
  { name: 'delete', change: { kind: 'delete' }, result: true, value: null },
];
const POINTS = [1, 2, 3, 4].flatMap((n) => (['before', 'after'] as const).map((when) => ({ n, when })));

describe.each([true, false])('a write of the key-value store that is repeated after a crash (stand-in mode: %s)', (standIn) => {
  let database: Database;
  beforeAll(async () => {
    database = await rawDatabase(sharedEngines().mongodbUri, standIn);
  });
  afterAll(() => database.models.kv.db.close());

  describe.each(CASES)('$name', ({ change, result, value }) => {
    test.each(POINTS)('is applied once when the crash comes $when step $n', async ({ n, when }) => {
      const workspace = newId('ws');
      const write = createKvWriter(database, Date.now);
      await write({ workspace, key: 'k', operationId: 'first', change: { kind: 'set', value: 10 } });
      const request = { workspace, key: 'k', operationId: 'second', change };
      await expect(createKvWriter(failingAt(database, n, when), Date.now)(request)).rejects.toThrow('crash');
      expect(await write(request)).toEqual(result);
      await write({ workspace, key: 'other', operationId: 'third', change: { kind: 'set', value: 1 } });
      expect(await write(request)).toEqual(result);
      const row = await database.models.kv.findOne({ _id: `${workspace}:k` }).lean();
      expect(JSON.parse(row?.value ?? '')).toEqual(value);
      // The operation before it is still known.
      await write({ workspace, key: 'k', operationId: 'first', change: { kind: 'set', value: 10 } });
      const after = await database.models.kv.findOne({ _id: `${workspace}:k` }).lean();
      expect(JSON.parse(after?.value ?? '')).toEqual(value);
    });
  });

  test.each(POINTS.filter(({ n }) => n <= 3))(
    'a first write is applied once when the crash comes $when step $n',
    async ({ n, when }) => {
      const request = {
        workspace: newId('ws'),
        key: 'k',
        operationId: 'first',
        change: { kind: 'increment', amount: 1 } as const,
      };
      await expect(createKvWriter(failingAt(database, n, when), Date.now)(request)).rejects.toThrow('crash');
      const write = createKvWriter(database, Date.now);
      expect(await write(request)).toBe(1);
      expect(await write({ ...request, operationId: 'second' })).toBe(2);
      expect(await write(request)).toBe(1);
    },
  );
});
