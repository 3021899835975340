/** What a start and a run cost in the store, counted on the wire, in both shapes of an installation. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pureFlow } from '../../../bench/flows';
import { sharedEngines } from '../../support/engines';
import { isRead, isWrite, watchMongo, type MongoCommand, type MongoCommands } from '../../support/mongo-commands';
import { startStack, type Stack } from '../../support/stack';

/** Who asks, and what they did. */
const ACCESS = ['accounts', 'sessions', 'api_keys', 'audit'];
/** The reconciler's work is no run's. */
const ofRuns = ({ collection }: MongoCommand): boolean =>
  [...ACCESS, 'flows', 'flow_versions', 'runs', 'run_events', 'idempotency'].includes(collection);
const shown = ({ name, collection }: MongoCommand): string => `${name} ${collection}`;

describe.each([
  // In a sole process what is known of flows, and of who asks, is true. Elsewhere who asks is read anew, by two reads beside each other.
  // There one write closes a run and brings its last head, too.
  { shape: 'dev', readsOfAStart: [], headsOfARun: ['update runs'] },
  {
    shape: 'halves',
    readsOfAStart: ['find accounts', 'find flows', 'find sessions'],
    headsOfARun: ['update runs', 'update runs'],
  },
] as const)('commands to the store ($shape)', ({ shape, readsOfAStart, headsOfARun }) => {
  let wire: MongoCommands;
  let stack: Stack;
  let flow: string;
  beforeAll(async () => {
    const { temporalAddress, mongodbUri } = sharedEngines();
    wire = await watchMongo(mongodbUri);
    stack = await startStack({ temporalAddress, mongodbUri: wire.uri, shape });
    flow = await stack.client.save(pureFlow(40));
    await settled(() => stack.client.begin(flow, { count: 1 }, { wait: 10 }));
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await wire.close();
  });

  /** With what is written behind the answer. */
  const settled = async (work: () => Promise<unknown>): Promise<MongoCommand[]> => {
    const from = wire.sent.length;
    await work();
    await sleep(1_000);
    return wire.sent.slice(from).filter(ofRuns);
  };

  test('a pure run from start to end: row, journal, head and close', async () => {
    const sent = await settled(() => stack.client.begin(flow, { count: 1 }, { wait: 10 }));
    expect(sent.filter(isWrite).map(shown).sort()).toEqual(['insert run_events', 'insert runs', ...headsOfARun]);
    expect(sent.filter(isRead).map(shown).sort()).toEqual(readsOfAStart);
  });

  test('a start awaits one write, with a key two; a version is read once', async () => {
    // Without a worker nothing but the start itself writes.
    await stack.stopWorker();
    const plain = await settled(() => stack.client.begin(flow, { count: 1 }));
    expect(plain.filter(isWrite).map(shown)).toEqual(['insert runs']);
    expect(plain.filter(isRead).map(shown).sort()).toEqual(readsOfAStart);
    const keyed = await settled(() => stack.client.begin(flow, { count: 1 }, { key: 'costs' }));
    expect(keyed.filter(isWrite).map(shown)).toEqual(['insert idempotency', 'insert runs']);
  });
});
