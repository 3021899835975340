/** What a start and a run cost in the store, counted on the wire. */
import { pureFlow } from '../../../bench/flows';
import { sharedEngines } from '../../support/engines';
import { isRead, isWrite, watchMongo, type MongoCommand, type MongoCommands } from '../../support/mongo-commands';
import { startStack, type Stack } from '../../support/stack';

/** The reconciler's work is no run's. */
const ofRuns = ({ collection }: MongoCommand): boolean => collection !== '' && collection !== 'leases';
const shown = ({ name, collection }: MongoCommand): string => `${name} ${collection}`;

describe('commands to the store', () => {
  let wire: MongoCommands;
  let stack: Stack;
  beforeAll(async () => {
    const { temporalAddress, mongodbUri } = sharedEngines();
    wire = await watchMongo(mongodbUri);
    stack = await startStack({ temporalAddress, mongodbUri: wire.uri });
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await wire.close();
  });

  const sentDuring = async (work: () => Promise<unknown>): Promise<MongoCommand[]> => {
    const from = wire.sent.length;
    await work();
    return wire.sent.slice(from).filter(ofRuns);
  };

  test('a pure run from start to end: row, journal, head, close', async () => {
    const flow = await stack.client.save(pureFlow(40));
    await stack.client.begin(flow, { count: 1 }, { wait: 10 });
    const sent = await sentDuring(() => stack.client.begin(flow, { count: 1 }, { wait: 10 }));
    expect(sent.filter(isWrite).map(shown).sort()).toEqual(['insert run_events', 'insert runs', 'update runs', 'update runs']);
    expect(sent.filter(isRead).map(shown)).toEqual(['find flows']);
  });

  test('a start awaits one write, with a key two; a version is read once', async () => {
    const flow = await stack.client.save(pureFlow(1));
    await stack.client.begin(flow, { count: 1 }, { wait: 10 });
    // Without a worker nothing but the start itself writes.
    await stack.stopWorker();
    const plain = await sentDuring(() => stack.client.begin(flow, { count: 1 }));
    expect(plain.filter(isWrite).map(shown)).toEqual(['insert runs']);
    expect(plain.filter(isRead).map(shown)).toEqual(['find flows']);
    const keyed = await sentDuring(() => stack.client.begin(flow, { count: 1 }, { key: 'costs' }));
    expect(keyed.filter(isWrite).map(shown)).toEqual([expect.stringMatching(/^insert /), 'insert runs']);
  });
});
