/** What a run costs in Temporal's history, started by HTTP (X13). Counts are exact; times belong to `npm run bench`. */
import { activityFlow, getFlow, loopFlow, mixedFlow, pureFlow } from '../../../bench/flows';
import { sharedEngines } from '../../support/engines';
import { startStack, type Stack } from '../../support/stack';
import { startTarget, type Target } from '../../support/target';

/** The five of an empty workflow and the final upsert. */
const PURE_RUN = [
  'workflowExecutionStarted',
  'workflowTaskScheduled',
  'workflowTaskStarted',
  'workflowTaskCompleted',
  'upsertWorkflowSearchAttributes',
  'workflowExecutionCompleted',
];

describe('events of a run', () => {
  let stack: Stack;
  let target: Target;
  beforeAll(async () => {
    target = await startTarget();
    const { temporalAddress, mongodbUri } = sharedEngines();
    stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`] });
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await target.close();
  });

  const historyOf = async (definition: string, input: object = { count: 1 }) => {
    const { id, state } = await stack.client.runToEnd(definition, input);
    expect(state).toBe('DONE');
    const { events } = await stack.temporal.workflow.getHandle(id).fetchHistory();
    return events ?? [];
  };
  const typesOf = async (definition: string, input?: object): Promise<string[]> =>
    (await historyOf(definition, input)).map((event) => {
      const attributes = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '';
      return attributes.replace('EventAttributes', '');
    });
  const count = (types: readonly string[], type: string): number => types.filter((each) => each === type).length;

  test.each([1, 40, 300])('%d pure nodes: the five of an empty workflow and one upsert', async (nodes) => {
    expect(await typesOf(pureFlow(nodes))).toEqual(PURE_RUN);
  });

  test('the first task comes back with the start when API and worker share a process', async () => {
    const [started] = await historyOf(pureFlow(1));
    expect(started?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted).toBe(true);
  });

  test('40 GETs: few markers, no activity', async () => {
    const types = await typesOf(getFlow(40, target.url));
    expect(target.asked).toHaveLength(40);
    expect(count(types, 'markerRecorded')).toBeLessThanOrEqual(10);
    expect(count(types, 'activityTaskScheduled')).toBe(0);
    expect(count(types, 'upsertWorkflowSearchAttributes')).toBe(1);
  });

  test('40 forced activities: six events each, as in any workflow', async () => {
    const types = await typesOf(activityFlow(40, target.url));
    expect(count(types, 'activityTaskCompleted')).toBe(40);
    expect(count(types, 'workflowTaskCompleted')).toBe(41);
    // An empty workflow, six events an activity, the timer of the run's own limit, one upsert.
    expect(types).toHaveLength(5 + 40 * 6 + 1 + 1);
  });

  test('ten mixed nodes: an activity with the timer of the run, two markers, the upsert', async () => {
    const types = await typesOf(mixedFlow(target.url));
    expect(types).toHaveLength(5 + 6 + 1 + 2 + 1);
  });

  test('a loop of 1,000 pure items: no child workflow and no event an item', async () => {
    const types = await typesOf(loopFlow(), { items: Array.from({ length: 1_000 }, (_, n) => n) });
    expect(types.filter((type) => /child|activity|marker/i.test(type))).toEqual([]);
    // Beside the pure run's six only those of the pauses that keep a task short (X7): five each.
    expect((types.length - PURE_RUN.length) % 5).toBe(0);
    expect(types.length).toBeLessThanOrEqual(PURE_RUN.length + 20);
  });
});
