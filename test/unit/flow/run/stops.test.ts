/** X9: attempts and sub-flows that are stopped, end late, are given up, or end from outside. */
import { inline, type NodePlan, type TerminalRunState } from '../../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answer, type Simulation } from '../../../support/simulate';

const failure = { code: 'boom', message: 'boom', retryable: true, nodePath: '' };
const done = (path: string, attempt = 1) => ({ type: 'callDone', path, attempt, output: inline(path) }) as const;
const states = ({ memory }: Simulation) =>
  Object.fromEntries(Object.entries(memory.summaries).map(([site, { state }]) => [site, state]));

/** A simulation whose attempts do not answer a stop by themselves. */
const deaf = (...given: Parameters<typeof simulate>): Simulation => {
  const simulation = simulate(...given);
  simulation.pending.length = 0;
  return simulation;
};

describe('an attempt that is stopped', () => {
  const plan = planOf([
    callNode('a', { compensate: callNode('undo') }),
    callNode('b', { retry: { maxAttempts: 3, kind: 'fixed', delayMs: 1, backoff: 1, maxDelayMs: 1, jitter: 0 } }),
  ]);

  test('is waited for; one that finished anyway is DONE and undone; one that failed is not tried again', () => {
    const simulation = deaf(plan);
    simulation.send({ type: 'cancel' });
    expect(simulation.memory.phase).toBe('main');
    simulation.send(done('a'));
    simulation.send({ type: 'callFailed', path: 'b', attempt: 1, failure });
    expect(states(simulation)).toMatchObject({ a: 'DONE', b: 'CANCELLED' });
    simulation.settle();
    expect(simulation.started().at(-1)).toBe('compensate[0]/a');
    expect(simulation.memory.outcome?.state).toBe('CANCELLED');
  });

  test('and given up ends once: what it says later is not heard', () => {
    const simulation = deaf(plan);
    simulation.send({ type: 'cancel' });
    simulation.send({ type: 'callStopped', path: 'a', attempt: 1 });
    simulation.send(done('a'));
    simulation.send({ type: 'callEscalated', path: 'b', attempt: 1 });
    expect(states(simulation)).toMatchObject({ a: 'CANCELLED', b: 'CANCELLED' });
    expect(simulation.memory.counts).toMatchObject({ done: 0, cancelled: 2 });
    expect(simulation.memory.outcome?.state).toBe('CANCELLED');
  });

  test('by Temporal although the flow did not ask is a failure that may be tried again', () => {
    const simulation = deaf(plan);
    simulation.send(done('a'), { type: 'callStopped', path: 'b', attempt: 1 });
    simulation.settle();
    expect(simulation.commands.filter((each) => each.type === 'call' && each.path === 'b')).toHaveLength(2);
    const once = deaf(planOf([callNode('a')]));
    once.send({ type: 'callStopped', path: 'a', attempt: 1 });
    expect(once.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'cancelled', retryable: true } });
  });

  test('reports of attempts and node runs that are not there change nothing', () => {
    const simulation = deaf(plan);
    const before = structuredClone(simulation.memory);
    for (const attempt of [2, 1])
      for (const path of ['a', 'none']) {
        if (path === 'a' && attempt === 1) continue;
        simulation.send(done(path, attempt));
        simulation.send({ type: 'callFailed', path, attempt, failure });
        simulation.send({ type: 'callStopped', path, attempt });
        simulation.send({ type: 'callEscalated', path, attempt });
        simulation.send({ type: 'evaluated', path, attempt, purpose: 'when', value: inline(1) });
        simulation.send({ type: 'evaluationFailed', path, attempt, failure });
        simulation.send({ type: 'itemsRead', path, attempt, offset: 0, items: [], total: 0 });
        simulation.send({ type: 'childStarted', path, childRunId: 'run_x' });
        simulation.send({ type: 'childEnded', path, childRunId: 'run_x', state: 'DONE' });
      }
    expect(simulation.memory).toEqual(before);
  });
});

describe('a sub-flow', () => {
  const sub = (mode: 'wait' | 'detach', more: Partial<NodePlan> = {}) =>
    opNode('sub', { kind: 'flow', flow: '{{ "other" }}', version: '{{ 3 }}', input: { n: 1 }, mode }, more);
  const end = (simulation: Simulation, state: TerminalRunState, more: object = {}): void => {
    const childRunId = simulation.memory.runs['sub']?.childRunId ?? '';
    simulation.send({ type: 'childEnded', path: 'sub', childRunId, state, ...more });
  };

  test('starts with its version; its end is the node’s', () => {
    const ways: [TerminalRunState, object, object][] = [
      ['DONE', { output: inline(7) }, { state: 'DONE', output: inline(7) }],
      ['DONE', {}, { state: 'DONE', output: inline(null) }],
      ['SKIP', {}, { state: 'SKIP' }],
      ['FILTERED', {}, { state: 'SKIP' }],
      ['FAIL', { failure }, { state: 'FAIL', failure: { code: 'subflow_failed', retryable: true, cause: failure } }],
      ['FAIL', {}, { state: 'FAIL', failure: { code: 'subflow_failed' } }],
      ['CANCELLED', {}, { state: 'FAIL', failure: { code: 'subflow_cancelled', retryable: false } }],
    ];
    for (const [state, more, outcome] of ways) {
      const simulation = deaf(planOf([sub('wait')]));
      expect(simulation.commands).toMatchObject([{ type: 'startChild', flow: 'other', version: 3, detach: false }]);
      simulation.send({ type: 'childStarted', path: 'sub', childRunId: simulation.memory.runs['sub']?.childRunId ?? '' });
      end(simulation, state, more);
      expect(simulation.memory.outcome).toMatchObject({
        ...outcome,
        state: state === 'FILTERED' ? 'FILTERED' : (outcome as { state: string }).state,
      });
    }
  });

  test('that is cancelled with its parent is told, and waited for; its end does not count as a failure', () => {
    for (const state of ['CANCELLED', 'FAIL', 'SKIP'] as const) {
      const simulation = deaf(planOf([sub('wait')]));
      simulation.send({ type: 'cancel' });
      expect(simulation.commands.at(-1)).toMatchObject({ type: 'signalChild', signal: 'cancel' });
      expect(simulation.memory.phase).toBe('main');
      end(simulation, state);
      expect(states(simulation)).toEqual({ sub: 'CANCELLED' });
    }
    const finished = deaf(planOf([sub('wait')]));
    finished.send({ type: 'cancel' });
    end(finished, 'DONE');
    expect(states(finished)).toEqual({ sub: 'DONE' });
  });

  test('that is detached lives on: only its start is waited for', () => {
    const simulation = deaf(planOf([sub('detach')]));
    const childRunId = simulation.memory.runs['sub']?.childRunId ?? '';
    simulation.send({ type: 'cancel' });
    expect(simulation.commands.map(({ type }) => type)).toEqual(['startChild']);
    simulation.send({ type: 'childStarted', path: 'sub', childRunId });
    expect(simulation.memory.frames['']?.outputs['sub']).toEqual(inline({ runId: childRunId }));
    end(simulation, 'DONE');
    expect(simulation.memory.outcome?.state).toBe('CANCELLED');
  });

  test('that could not be started is tried again under another id', () => {
    const retry = { maxAttempts: 2, kind: 'fixed', delayMs: 10, backoff: 1, maxDelayMs: 10, jitter: 0 } as const;
    const simulation = deaf(planOf([sub('wait', { retry })]));
    end(simulation, 'FAIL', { failure });
    simulation.settle();
    const ids = simulation.commands.flatMap((each) => (each.type === 'startChild' ? [each.childRunId] : []));
    expect(new Set(ids).size).toBe(2);
    expect(simulation.memory.outcome?.state).toBe('DONE');
  });

  test.each(['{{ 0 }}', '{{ 1.5 }}', '{{ "new" }}'])('a version of %s is refused', (version) => {
    const simulation = simulate(planOf([opNode('sub', { kind: 'flow', flow: 'other', version, input: {}, mode: 'wait' })]));
    expect(simulation.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'invalid_params' } });
  });

  test('flow, version and input may each read what lies behind a claim', () => {
    const reads = opNode('sub', {
      kind: 'flow',
      flow: '{{ nodes.big.name }}',
      version: '{{ nodes.big.version }}',
      input: '{{ nodes.big }}',
      mode: 'wait',
    });
    const plan = planOf([callNode('big', { next: { default: ['sub'] } }), reads], { start: ['big'] });
    const simulation = simulate(plan, () => ({ output: { name: 'other', version: 2 }, claimed: true }));
    simulation.settle();
    expect(simulation.commands.filter(({ type }) => type === 'evaluate')).toHaveLength(3);
    expect(simulation.commands.at(-1)).toMatchObject({
      type: 'startChild',
      flow: 'other',
      version: 2,
      input: inline({ name: 'other', version: 2 }),
    });
  });
});

describe('blocks that are stopped', () => {
  test('a group’s finally runs to its end, also when the body has just ended, and when it is in it already', () => {
    const group = opNode('g', { kind: 'group', body: frameOf([callNode('in')]), finally: frameOf([callNode('close')]) });
    const before = simulate(planOf([group]));
    before.send({ type: 'cancel' });
    before.settle();
    expect(states(before)).toEqual({ g: 'CANCELLED', 'g/in': 'CANCELLED', 'g/finally/close': 'DONE' });
    const within = simulate(planOf([group]));
    within.answer(0);
    within.send({ type: 'cancel' });
    expect(within.pending).toMatchObject([{ type: 'call', path: 'g/finally/close' }]);
    within.settle();
    expect(within.memory.outcome?.state).toBe('CANCELLED');
  });

  test('a failure in a group’s finally fails the group, unless its body failed first', () => {
    const group = opNode('g', { kind: 'group', body: frameOf([callNode('in')]), finally: frameOf([callNode('close')]) });
    const both = simulate(planOf([group]), (path) => ({ failure: { code: path } }));
    both.settle();
    expect(both.memory.outcome).toMatchObject({ failure: { code: 'g/in' } });
    const last = simulate(planOf([group]), (path): Answer => (path === 'g/in' ? {} : { failure: { code: path } }));
    last.settle();
    expect(last.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'g/finally/close' } });
  });

  test('branches: one more failure than tolerated stops the others; concurrency is kept', () => {
    const branches = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, frameOf([callNode('x')])]));
    const tolerant = simulate(planOf([opNode('p', { kind: 'parallel', branches, tolerate: 1, concurrency: 1 })]), (path) =>
      path === 'p[b]/x' ? { failure: {} } : { output: path },
    );
    expect(tolerant.pending).toHaveLength(1);
    tolerant.settle();
    expect(tolerant.memory.outcome?.output).toEqual(
      inline({ a: 'p[a]/x', b: { error: { code: 'boom', message: 'boom' } }, c: 'p[c]/x' }),
    );
    const strict = simulate(planOf([opNode('p', { kind: 'parallel', branches, tolerate: 0 })]), () => ({ failure: {} }));
    strict.answer(1);
    expect(states(strict)).toEqual({ p: 'FAIL', 'p[a]/x': 'CANCELLED', 'p[b]/x': 'FAIL', 'p[c]/x': 'CANCELLED' });
  });

  test('the loser of a join is stopped, with all that is inside it', () => {
    const slow = opNode(
      'slow',
      { kind: 'loop', items: [1, 2], as: 'n', concurrency: 2, tolerate: 0, maxIterations: 5, body: frameOf([callNode('x')]) },
      { next: { default: ['j'] } },
    );
    const plan = planOf(
      [callNode('fast', { next: { default: ['j'] } }), slow, callNode('j', { join: 'any', cancelLosers: true })],
      { start: ['fast', 'slow'] },
    );
    const simulation = simulate(plan);
    simulation.answer(simulation.pending.findIndex((each) => each.type === 'call' && each.path === 'fast'));
    simulation.settle();
    expect(states(simulation)).toEqual({ fast: 'DONE', slow: 'CANCELLED', 'slow/x': 'CANCELLED', j: 'DONE' });
    expect(simulation.memory.outcome?.state).toBe('DONE');
  });
});
