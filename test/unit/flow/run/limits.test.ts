/** Limits in time, number and size: of attempts, node runs, waits, blocks, the run, and what they hold. */
import { LIMITS, type NodePlan } from '../../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answers, type Simulation } from '../../../support/simulate';

const RETRY = { maxAttempts: 2, kind: 'fixed', delayMs: 10, backoff: 2, maxDelayMs: 100, jitter: 0 } as const;
const ended = (...given: Parameters<typeof simulate>): Simulation => {
  const simulation = simulate(...given);
  simulation.settle();
  return simulation;
};
const failureOf = ({ memory }: Simulation) => memory.outcome?.failure;
const slowBody = frameOf([opNode('d', { kind: 'delay', duration: 1_000 })]);

describe('limits in time', () => {
  test('of an attempt of a block: it stops, and may be tried again', () => {
    const group = (more: Partial<NodePlan>) =>
      planOf([opNode('g', { kind: 'group', body: slowBody }, { attemptTimeoutMs: 300, ...more })]);
    const once = ended(group({}));
    expect(failureOf(once)).toMatchObject({ code: 'timeout', retryable: true, nodePath: 'g' });
    expect(once.nowMs).toBe(1_300);
    const twice = ended(group({ retry: RETRY }));
    expect(twice.started()).toEqual(['g', 'g/d', 'g@2/d']);
    expect(twice.nowMs).toBe(1_000 + 300 + 10 + 300);
  });

  test('of an attempt of a sub-flow: the child is cancelled', () => {
    const sub = opNode('sub', { kind: 'flow', flow: 'other', input: {}, mode: 'wait' }, { attemptTimeoutMs: 300 });
    const simulation = simulate(planOf([sub]));
    simulation.wait(300);
    expect(simulation.commands.at(-1)).toMatchObject({ type: 'signalChild', signal: 'cancel' });
    expect(failureOf(simulation)).toMatchObject({ code: 'timeout' });
  });

  test('of a node run, retries included, is final; what is being retried ends at once', () => {
    const inBlock = ended(
      planOf([opNode('g', { kind: 'group', body: slowBody }, { timeoutMs: 300, retry: { ...RETRY, on: ['*'] } })]),
    );
    expect(failureOf(inBlock)).toMatchObject({ code: 'node_timeout' });
    expect(inBlock.started()).toEqual(['g', 'g/d']);
    const between = simulate(planOf([callNode('a', { timeoutMs: 50, retry: { ...RETRY, delayMs: 100 } })]), () => ({
      failure: { retryable: true },
    }));
    between.settle();
    expect(failureOf(between)).toMatchObject({ code: 'node_timeout' });
    expect(between.nowMs).toBe(1_050);
  });

  test('of a call that runs: its attempt is stopped, and the failure is the limit', () => {
    const simulation = simulate(planOf([callNode('a', { timeoutMs: 50, retry: RETRY })]));
    simulation.wait(50);
    expect(simulation.commands.map(({ type }) => type)).toEqual(['call', 'stopAttempt']);
    expect(failureOf(simulation)).toMatchObject({ code: 'node_timeout' });
  });

  test('a delay that was over before the limit has ended well, however late its timer is seen', () => {
    const plan = planOf([opNode('d', { kind: 'delay', duration: 100 }, { timeoutMs: 150 })]);
    const simulation = simulate(plan);
    simulation.wait(1_000);
    expect(simulation.memory.outcome?.state).toBe('DONE');
    const over = simulate(planOf([opNode('d', { kind: 'delay', duration: 200 }, { timeoutMs: 150 })]));
    over.wait(1_000);
    expect(failureOf(over)).toMatchObject({ code: 'node_timeout' });
  });

  test('a wait for a condition ends by its checks or by its time; both take the edge timeout', () => {
    const wait = (more: object, next = {}) =>
      planOf(
        [
          opNode('w', { kind: 'waitCondition', if: 'false', intervalMs: 100, maxAttempts: 5, ...more }, { next }),
          callNode('late'),
        ],
        {
          start: ['w'],
        },
      );
    const byChecks = ended(wait({}));
    expect(failureOf(byChecks)).toMatchObject({ code: 'wait_timeout' });
    expect(byChecks.nowMs).toBe(1_400);
    const byTime = ended(wait({ timeout: 250 }));
    expect(failureOf(byTime)).toMatchObject({ code: 'wait_timeout' });
    expect(byTime.nowMs).toBe(1_250);
    expect(ended(wait({ timeout: '250ms' }, { timeout: ['late'] })).started()).toEqual(['w', 'late']);
  });

  test('a run that stops already is not stopped again by its own limit', () => {
    const plan = planOf([callNode('a')], { timeoutMs: 100, finally: frameOf([opNode('d', { kind: 'delay', duration: 500 })]) });
    const simulation = ended(plan, () => ({ failure: { code: 'first' } }));
    expect(failureOf(simulation)).toMatchObject({ code: 'first' });
    expect(simulation.started()).toEqual(['a', 'finally/d']);
  });
});

describe('limits in number', () => {
  const cycle = (id: string) => opNode(id, { kind: 'value' }, { next: { default: [id] } });

  test('an endless cycle fails the run whatever is caught around it, and finally has an allowance of its own', () => {
    const group = opNode(
      'g',
      { kind: 'group', body: frameOf([cycle('again')], ['again']), finally: frameOf([callNode('close')]) },
      {
        onError: 'continue',
        catch: [{ errors: ['*'], next: ['after'] }],
      },
    );
    const plan = planOf([group, callNode('after')], { start: ['g'], finally: frameOf([callNode('clean')]) });
    const simulation = ended(plan);
    expect(failureOf(simulation)).toMatchObject({
      code: 'too_many_visits',
      nodePath: expect.stringContaining('g/again#') as string,
    });
    expect(simulation.started().slice(-2)).toEqual(['g/finally/close', 'finally/clean']);
  });

  test('the node runs of a run are counted; finally may still run as many', () => {
    const simulation = simulate(
      planOf([callNode('a', { next: { default: ['b'] } }), callNode('b')], { finally: frameOf([callNode('clean')]) }),
    );
    simulation.memory.counts.nodeRuns = LIMITS.nodeRunsPerRun;
    simulation.settle();
    expect(failureOf(simulation)).toMatchObject({ code: 'too_many_node_runs', nodePath: 'b' });
    expect(simulation.started().at(-1)).toBe('finally/clean');
    expect(simulation.memory.counts.done).toBe(2);
  });

  test('a cycle inside a group’s finally ends, too', () => {
    const group = opNode('g', { kind: 'group', body: frameOf([callNode('in')]), finally: frameOf([cycle('again')], ['again']) });
    expect(failureOf(ended(planOf([group])))).toMatchObject({ code: 'too_many_visits' });
    const stopped = simulate(planOf([group]));
    stopped.send({ type: 'cancel' });
    stopped.settle();
    expect(stopped.memory.outcome?.state).toBe('CANCELLED');
    expect(stopped.memory.runs).toEqual({});
  });
});

describe('limits in size', () => {
  const big = 'x'.repeat(LIMITS.taskPayloadBytes + 10);
  const failing: readonly [string, NodePlan, string][] = [
    [
      'params of a call',
      callNode('a', { op: { kind: 'call', activity: 'webhook', params: { of: '{{ input.big }}' } } }),
      'params_too_large',
    ],
    ['input of a sub-flow', opNode('a', { kind: 'flow', flow: 'other', input: '{{ input }}', mode: 'wait' }), 'params_too_large'],
    ['an output computed here', opNode('a', { kind: 'value', output: '{{ input.big }}' }), 'output_too_large'],
    ['an output of succeed', opNode('a', { kind: 'succeed', state: 'DONE', output: '{{ input.big }}' }), 'output_too_large'],
  ];
  test.each(failing)('%s', (_name, node, code) => {
    expect(failureOf(ended(planOf([node]), undefined, { big }))).toMatchObject({ code, nodePath: 'a' });
  });

  test('the output of the run: computed too large, it fails the run', () => {
    const simulation = ended(planOf([callNode('a')], { output: '{{ input.big }}' }), undefined, { big });
    expect(failureOf(simulation)).toMatchObject({ code: 'output_too_large', nodePath: '' });
  });

  test('kept events: by number and by bytes; a dropped one may be sent again', () => {
    const plan = planOf([callNode('a', { next: { default: ['w'] } }), opNode('w', { kind: 'waitEvent', event: 'e' })]);
    const simulation = simulate(plan);
    const half = 'y'.repeat(LIMITS.heldBytes / 2);
    for (const id of ['one', 'two']) simulation.send({ type: 'deliver', name: 'e', data: half, id });
    expect(simulation.memory.early).toHaveLength(1);
    expect(simulation.journal.at(-1)).toMatchObject({ type: 'event.received', level: 'warn', data: { outcome: 'full' } });
    simulation.settle();
    expect(simulation.memory.earlyBytes).toBe(0);
    expect(simulation.memory.seenEvents).toEqual(['one']);
  });
});

test('an evaluation that costs too much fails its node', () => {
  const items = Array.from({ length: 3_000 }, (_, n) => n);
  const source = '{{ input.items.map(a, input.items.map(b, a * b)) }}';
  const answers: Answers = () => ({});
  expect(failureOf(ended(planOf([opNode('a', { kind: 'value', output: source })]), answers, { items }))).toMatchObject({
    code: 'expression_too_costly',
  });
});
