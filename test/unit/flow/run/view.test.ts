/** What a run says of itself: its state (X11), what it waits for, and why each node is where it is. */
import { explain, shownState, type JournalEntry } from '../../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answer, type Simulation } from '../../../support/simulate';

const why = ({ memory }: Simulation) => explain(memory, memory.summaries);
const RETRY = { maxAttempts: 2, kind: 'fixed', delayMs: 9_000, backoff: 1, maxDelayMs: 9_000, jitter: 0 } as const;

test('explain: one sentence for every way in which a node can be', () => {
  const each = opNode('each', {
    kind: 'loop',
    items: [1, 2],
    as: 'n',
    concurrency: 1,
    tolerate: 0,
    maxIterations: 5,
    body: frameOf([callNode('x')]),
  });
  const rounds = opNode('rounds', {
    kind: 'loop',
    while: 'true',
    as: 'n',
    concurrency: 1,
    tolerate: 0,
    maxIterations: 5,
    body: frameOf([callNode('x')]),
  });
  const plan = planOf([
    each,
    rounds,
    opNode('delay', { kind: 'delay', duration: 5_000 }),
    opNode('poll', { kind: 'waitCondition', if: 'false', intervalMs: 6_000, maxAttempts: 5 }),
    opNode('sub', { kind: 'flow', flow: 'other', input: {}, mode: 'wait' }),
    opNode('keyed', { kind: 'waitEvent', event: 'paid', key: 'k', timeout: 7_000 }),
    opNode('plain', { kind: 'waitEvent', event: 'seen' }),
    callNode('calls'),
    callNode('retried', { retry: RETRY }),
    callNode('failed', { onError: 'continue' }),
    callNode('skipped', { onError: 'skip' }),
    opNode('answered', { kind: 'value' }),
    opNode('filtered', { kind: 'value' }, { when: 'false' }),
    callNode('fast', { next: { default: ['j'] } }),
    callNode('lost', { next: { default: ['j'] } }),
    opNode('j', { kind: 'value' }, { join: 'any', cancelLosers: true }),
  ]);
  const simulation = simulate(plan, (path): Answer => (path === 'fast' ? {} : { failure: { retryable: true } }));
  for (const path of ['retried', 'failed', 'skipped', 'fast'])
    simulation.answer(simulation.pending.findIndex((command) => command.type === 'call' && command.path === path));
  const at = (ms: number) => new Date(1_000 + ms).toISOString();
  expect(why(simulation)).toEqual({
    each: 'runs iteration 1 of 2',
    'each/x': 'is executing',
    rounds: 'runs iteration 1',
    'rounds/x': 'is executing',
    delay: `waits until ${at(5_000)}`,
    poll: `checks its condition again at ${at(6_000)}`,
    sub: `waits for the sub-flow run ${simulation.memory.runs['sub']?.childRunId}`,
    keyed: `waits for event paid with key k until ${at(7_000)}`,
    plain: 'waits for event seen',
    calls: 'is executing',
    retried: `attempt 1 failed (boom); next at ${at(9_000)}`,
    failed: 'failed: boom',
    skipped: 'failed: boom',
    answered: 'answered default',
    filtered: 'was filtered: its `when` was false',
    fast: 'answered default',
    lost: 'was cancelled',
    j: 'answered default',
  });
});

test('explain: what is ready of a held run, and states without more to tell', () => {
  const simulation = simulate(planOf([callNode('a', { next: { default: ['b'] } }), callNode('b')]));
  simulation.send({ type: 'hold' });
  simulation.answer(0);
  expect(why(simulation)).toMatchObject({ b: 'is ready; the run is held' });
  const [summary] = Object.values(simulation.memory.summaries);
  if (summary === undefined) throw new Error('no summary');
  const bare = { ...summary, path: 'gone' };
  const told = explain({ ...simulation.memory, held: undefined } as never, {
    ready: { ...bare, state: 'READY' },
    idle: { ...bare, state: 'IDLE' },
    skip: { ...bare, state: 'SKIP' },
    wait: { ...bare, state: 'WAIT' },
    retry: { ...bare, state: 'RETRY' },
    done: { ...bare, state: 'DONE', action: 'x' },
    run: { ...bare, state: 'RUN' },
  });
  expect(told).toEqual({
    ready: 'is about to start',
    idle: 'has not been reached',
    skip: 'was skipped',
    wait: 'waits for event ',
    retry: 'attempt 1 failed (); next at 1970-01-01T00:00:00.000Z',
    done: 'answered x',
    run: 'is executing',
  });
});

test('state: WAIT when nothing moves until something outside answers, ON_HOLD above it, RUN otherwise', () => {
  const wait = (event: string) => opNode(event, { kind: 'waitEvent', event });
  const simulation = simulate(planOf([wait('one'), opNode('g', { kind: 'group', body: frameOf([wait('two')]) }), callNode('a')]));
  const shown = (): string => shownState(simulation.memory);
  expect(shown()).toBe('RUN');
  simulation.answer(0);
  expect(shown()).toBe('WAIT');
  simulation.send({ type: 'hold' });
  expect(shown()).toBe('ON_HOLD');
  simulation.send({ type: 'release' });
  simulation.send({ type: 'deliver', name: 'one', data: 1 });
  simulation.send({ type: 'deliver', name: 'two', data: 1 });
  expect(shown()).toBe('DONE');
  const told = simulation.journal.flatMap((entry: JournalEntry) =>
    entry.type === 'run.state' ? [[entry.state, entry.waitingFor]] : [],
  );
  expect(told).toEqual([
    ['RUN', ['event:one', 'event:two']],
    ['WAIT', ['event:one', 'event:two']],
    ['ON_HOLD', ['event:one', 'event:two']],
    ['WAIT', ['event:one', 'event:two']],
    ['WAIT', ['event:two']],
  ]);
});
