/** What single runs cost, counted: events, tasks, requests to Temporal, commands to the store. */
import { Client, Connection } from '@temporalio/client';
import { isRead, isWrite, watchMongo, type MongoCommands } from '../test/support/mongo-commands';
import { readRequests, requestsBetween } from './counting/server-requests';
import { activityFlow, getFlow, loopFlow, mixedFlow, pureFlow } from './flows';
import { withSetting, type Setting } from './setting';

const RUNS = 20;

export interface Cost {
  readonly name: string;
  readonly events: number;
  readonly markers: number;
  readonly tasks: number;
  /** Of one run, by operation, idle polls left out. */
  readonly requests: Readonly<Record<string, number>>;
  /** Absent for what does not use the store. */
  readonly store?: { readonly writes: number; readonly reads: number };
}

type Subject = readonly [name: string, run: () => Promise<string>, usesStore: boolean];

const subjectsOf = async ({ ours, hand, url }: Setting): Promise<Subject[]> => {
  const flow = async (name: string, definition: string, input: object = { count: 1 }): Promise<Subject> => {
    const id = await ours.save(definition);
    return [name, () => ours.run(id, input), true];
  };
  return [
    await flow('1 pure node', pureFlow(1)),
    ['hand-written: empty', () => hand.execute('empty', []), false],
    await flow('40 pure nodes', pureFlow(40)),
    ['hand-written: 40 activities', () => hand.execute('getInSequence', [url, 40]), false],
    await flow('40 GETs', getFlow(40, url)),
    await flow('40 GETs as activities', activityFlow(40, url)),
    await flow('10 mixed nodes', mixedFlow(url)),
    ['hand-written: 10 activities', () => hand.execute('mixed', [url, 1]), false],
    await flow('loop of 1,000 pure items', loopFlow(), { items: Array.from({ length: 1_000 }, (_, n) => n) }),
  ];
};

const perRun = (count: number): number => Math.round((count / RUNS) * 10) / 10;

export async function countCorpus(): Promise<readonly Cost[]> {
  let wire: MongoCommands | undefined;
  const through = async (uri: string): Promise<MongoCommands> => (wire = await watchMongo(uri));
  return withSetting({ tuned: true, through }, async (setting) => {
    const connection = await Connection.connect({ address: setting.temporal.address });
    const client = new Client({ connection });
    /** What the reconciler does is no run's. */
    const sent = () => (wire?.sent ?? []).filter(({ collection }) => collection !== '' && collection !== 'leases');

    const costOf = async ([name, run, usesStore]: Subject): Promise<Cost> => {
      for (let warm = 0; warm < 3; warm += 1) await run();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const before = await readRequests(setting.temporal.metricsPort);
      const from = sent().length;
      let last = '';
      for (let count = 0; count < RUNS; count += 1) last = await run();
      // What is written behind the answer belongs to the run, too.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const commands = sent().slice(from);
      const requests = requestsBetween(before, await readRequests(setting.temporal.metricsPort));
      const { events } = await client.workflow.getHandle(last).fetchHistory();
      const count = (attributes: 'markerRecordedEventAttributes' | 'workflowTaskCompletedEventAttributes'): number =>
        (events ?? []).filter((event) => (event[attributes] ?? undefined) !== undefined).length;
      return {
        name,
        events: events?.length ?? 0,
        markers: count('markerRecordedEventAttributes'),
        tasks: count('workflowTaskCompletedEventAttributes'),
        requests: Object.fromEntries(Object.entries(requests).map(([operation, total]) => [operation, perRun(total)])),
        ...(usesStore && {
          store: { writes: perRun(commands.filter(isWrite).length), reads: perRun(commands.filter(isRead).length) },
        }),
      };
    };

    try {
      const costs: Cost[] = [];
      for (const subject of await subjectsOf(setting)) costs.push(await costOf(subject));
      return costs;
    } finally {
      await connection.close();
    }
  });
}
