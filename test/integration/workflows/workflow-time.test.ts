/** W5: what a flow saw of the time is what its replay sees, whatever ends within one workflow task. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inline, type JournalEntry, type NodePlan } from '../../../src/flow';
import { bundleWorkflows } from '../../../src/worker/bundle';
import { createJournalReplay } from '../../../src/worker/replay-journal';
import { callNode, frameOf, opNode, planOf } from '../../support/plans';
import { createHarness, nodeFailure, type Harness } from '../../support/run-harness';

const address = process.env['REPRISE_TEST_TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
/** Whether the last digit of now() in ms is odd: as good as random, so that another time takes another way. */
const ODD = '["1", "3", "5", "7", "9"].exists(digit, now().endsWith(digit + "Z"))';
const clock = (id: string, next: string): NodePlan =>
  opNode(
    id,
    { kind: 'value', output: '{{ now() }}', route: { kind: 'boolean', if: ODD } },
    { next: { true: [`${next}odd`], false: [`${next}even`] } },
  );
const story = (entries: readonly JournalEntry[]) =>
  entries.map(({ seq, at, type, path, action, output }) => ({ seq, at, type, path, action, output }));

describe('workflow time', () => {
  let harness: Harness;
  let bundle: Awaited<ReturnType<typeof bundleWorkflows>>;
  beforeAll(async () => {
    bundle = await bundleWorkflows();
    harness = await createHarness({
      address,
      bundle,
      call: async ({ context: { path } }) => {
        // Those that start first are the slower ones: they end in another order.
        await sleep(/slow|\[\d*[02468]\]/.test(path) ? 41 : 17);
        if (path.includes('bad')) throw nodeFailure({ code: 'bad' });
        return { output: inline(path) };
      },
    });
  }, 60_000);
  afterAll(() => harness.stop());

  const replays = async (plan: Parameters<Harness['start']>[0]): Promise<JournalEntry[]> => {
    const handle = await harness.start(plan);
    expect(await handle.result()).toMatchObject({ state: 'DONE' });
    const journal = harness.journalOf(handle.workflowId);
    const rebuilt = await createJournalReplay(bundle, harness.artifacts)(await handle.fetchHistory(), handle.workflowId);
    expect(story(rebuilt)).toEqual(story(journal));
    expect(journal.map(({ at }) => at)).toEqual(journal.map(({ at }) => at).toSorted((a, b) => a - b));
    return journal;
  };

  test('two local branches that ask the time at every step', async () => {
    const branch = (name: string): NodePlan[] =>
      [1, 2, 3, 4].flatMap((n) => {
        const local = { execution: 'local', next: { default: [`${name}at${n}`] } } as const;
        const last = n === 4;
        return [
          ...(n === 1
            ? [callNode(`${name}${n}`, local)]
            : [callNode(`${name}${n}odd`, local), callNode(`${name}${n}even`, local)]),
          last ? opNode(`${name}at${n}`, { kind: 'value', output: '{{ now() }}' }) : clock(`${name}at${n}`, `${name}${n + 1}`),
        ];
      });
    const journal = await replays(planOf([...branch('slow'), ...branch('fast')], { start: ['slow1', 'fast1'] }));
    const times = journal.filter(({ type, path }) => type === 'node.ended' && /at\d/.test(path ?? '')).map(({ at }) => at);
    expect(new Set(times).size).toBeGreaterThan(2);
  });

  test('a loop of concurrency 2 over local calls, some of which fail, with pauses and regular calls between', async () => {
    const body = frameOf(
      [
        callNode('one', { execution: 'local', next: { default: ['at'] } }),
        clock('at', 'then'),
        callNode('thenodd', { execution: 'local', next: { default: ['pause'] } }),
        callNode('theneven', { execution: 'activity', next: { default: ['pause'] } }),
        opNode('pause', { kind: 'delay', duration: 15 }, { next: { default: ['bad'] } }),
        callNode('bad', { execution: 'local', onError: 'continue', next: { default: ['end'] } }),
        opNode('end', { kind: 'value', output: '{{ now() }}' }),
      ],
      ['one'],
    );
    const items = [1, 2, 3, 4, 5, 6];
    const journal = await replays(
      planOf([opNode('each', { kind: 'loop', items, as: 'n', concurrency: 2, tolerate: 0, maxIterations: 10, body })]),
    );
    expect(journal.filter(({ type, path }) => type === 'node.ended' && path?.endsWith('/bad') === true)).toHaveLength(6);
  });
});
