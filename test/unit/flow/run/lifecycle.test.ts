/** Retry, catch, blocks, hold, cancel, undo, waits: the rules of X4, X9, X11 and design §3, driven by hand. */
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answers } from '../../../support/simulate';

const RETRY = { maxAttempts: 3, kind: 'exponential', delayMs: 100, backoff: 2, maxDelayMs: 10_000, jitter: 0 } as const;
const failing =
  (id: string, failure: object, times = Number.MAX_SAFE_INTEGER): Answers =>
  (path, attempt) =>
    path === id && attempt <= times ? { failure } : { action: 'default' };

describe('failures', () => {
  test('retry: the next attempt comes on the run timer, the total time and the list are kept', () => {
    const simulation = simulate(planOf([callNode('a', { retry: RETRY })]), failing('a', { retryable: true }, 2));
    simulation.settle();
    const attempts = simulation.commands.flatMap((command) => (command.type === 'call' ? [command.attempt] : []));
    expect(attempts).toEqual([1, 2, 3]);
    expect(simulation.nowMs).toBe(1_000 + 100 + 200);
    expect(simulation.memory.outcome?.state).toBe('DONE');
  });

  test.each([
    ['not retryable', {}, { retryable: false }],
    ['on a list that does not name it', { on: ['timeout'] }, { retryable: true }],
    ['on the never list', { notOn: ['boom'] }, { retryable: true }],
    ['over its total time', { maxTimeMs: 50 }, { retryable: true }],
  ])('no retry: %s', (_, policy, failure) => {
    const simulation = simulate(planOf([callNode('a', { retry: { ...RETRY, ...policy } })]), failing('a', failure));
    simulation.settle();
    expect(simulation.commands.filter((command) => command.type === 'call')).toHaveLength(1);
    expect(simulation.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'boom', nodePath: 'a' } });
  });

  test('order: retry, then the edge of exactly that name, then catch, then onError', () => {
    const named = { code: 'server_error', status: 503, action: 'server_error', retryable: true };
    const end = callNode('end');
    const outcome = (more: Parameters<typeof callNode>[1]) => {
      const simulation = simulate(planOf([callNode('a', more), end, callNode('other')], { start: ['a'] }), failing('a', named));
      simulation.settle();
      return {
        started: simulation.started(),
        state: simulation.memory.summaries['a']?.state,
        run: simulation.memory.outcome?.state,
      };
    };
    expect(
      outcome({
        retry: { ...RETRY, maxAttempts: 2 },
        next: { server_error: ['end'] },
        catch: [{ errors: ['*'], next: ['other'] }],
      }),
    ).toEqual({ started: ['a', 'end'], state: 'DONE', run: 'DONE' });
    expect(outcome({ next: { default: ['end'] }, catch: [{ errors: ['5xx'], next: ['other'] }], onError: 'continue' })).toEqual({
      started: ['a', 'other'],
      state: 'FAIL',
      run: 'DONE',
    });
    expect(outcome({ next: { default: ['end'] }, onError: 'continue' })).toEqual({
      started: ['a', 'end'],
      state: 'FAIL',
      run: 'DONE',
    });
    expect(outcome({ next: { default: ['end'] }, onError: 'skip' })).toEqual({
      started: ['a', 'end'],
      state: 'SKIP',
      run: 'DONE',
    });
    expect(outcome({ next: { default: ['end'] } })).toEqual({ started: ['a'], state: 'FAIL', run: 'FAIL' });
  });

  test('an uncaught failure stops running siblings first, then the run fails and finally runs', () => {
    const plan = planOf([callNode('a'), callNode('b')], { finally: frameOf([callNode('clean')]) });
    const simulation = simulate(plan, failing('a', {}));
    simulation.settle();
    const ends = simulation.journal.filter((entry) => entry.type === 'node.ended').map((entry) => [entry.path, entry.state]);
    expect(ends).toEqual([
      ['a', 'FAIL'],
      ['b', 'CANCELLED'],
      ['finally/clean', 'DONE'],
    ]);
    expect(simulation.memory.outcome?.state).toBe('FAIL');
  });

  test('undo: completed nodes only, in reverse order of completion, then the run fails with the first failure', () => {
    const undo = (id: string) => ({ compensate: callNode(`undo-${id}`) });
    const plan = planOf([
      callNode('a', { ...undo('a'), next: { default: ['b'] } }),
      callNode('b', { ...undo('b'), next: { default: ['c'] } }),
      callNode('c', undo('c')),
    ]);
    const simulation = simulate(plan, failing('c', {}));
    simulation.settle();
    expect(simulation.started().slice(3)).toEqual(['compensate[1]/b', 'compensate[0]/a']);
    expect(simulation.memory.outcome).toMatchObject({ state: 'FAIL', failure: { nodePath: 'c' } });
  });
});

describe('blocks', () => {
  const loop = (more: object, body = frameOf([callNode('x')])) =>
    opNode('each', {
      kind: 'loop',
      items: [1, 2, 3, 4],
      as: 'item',
      concurrency: 2,
      tolerate: 0,
      maxIterations: 100,
      body,
      ...more,
    });

  test('a loop keeps its concurrency and the order of its outputs', () => {
    const simulation = simulate(planOf([loop({})]), (path) => ({ output: path }));
    expect(simulation.pending).toHaveLength(2);
    simulation.settle((pending) => pending.length - 1);
    expect(simulation.memory.frames['']?.outputs['each']).toEqual({
      kind: 'inline',
      value: ['each[0]/x', 'each[1]/x', 'each[2]/x', 'each[3]/x'],
    });
  });

  test('tolerate: failed iterations stay in the list; one more fails the loop and stops the others', () => {
    const failTwo: Answers = (path) => (path === 'each[1]/x' || path === 'each[2]/x' ? { failure: {} } : { output: 1 });
    const tolerant = simulate(planOf([loop({ tolerate: 2 })]), failTwo);
    tolerant.settle();
    const error = { error: { code: 'boom', message: 'boom' } };
    expect(tolerant.memory.frames['']?.outputs['each']).toEqual({ kind: 'inline', value: [1, error, error, 1] });
    const strict = simulate(planOf([loop({ tolerate: 1, concurrency: 4 })]), failTwo);
    strict.settle();
    expect(strict.memory.outcome).toMatchObject({ state: 'FAIL', failure: { nodePath: 'each[2]/x' } });
    expect(Object.keys(strict.memory.runs)).toEqual([]);
  });

  test('while and until loops end by their expression, or fail max_iterations', () => {
    const body = frameOf([callNode('poll')]);
    const until = simulate(planOf([loop({ items: undefined, until: 'nodes.poll.n >= 2', body })]), (path) => ({
      output: { n: Number(/\[(\d+)\]/.exec(path)?.[1]) },
    }));
    until.settle();
    expect(until.started().filter((path) => path.endsWith('poll'))).toHaveLength(3);
    const endless = simulate(planOf([loop({ items: undefined, while: 'true', maxIterations: 5, body })]));
    endless.settle();
    expect(endless.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'max_iterations' } });
  });

  test('a group runs its own finally however its body ended, and its failure can be caught outside', () => {
    const group = opNode(
      'g',
      { kind: 'group', body: frameOf([callNode('in')]), finally: frameOf([callNode('clean')]) },
      { catch: [{ errors: ['boom'], next: ['after'] }] },
    );
    const simulation = simulate(planOf([group, callNode('after')], { start: ['g'] }), failing('g/in', {}));
    simulation.settle();
    expect(simulation.started()).toEqual(['g', 'g/in', 'g/finally/clean', 'after']);
    expect(simulation.memory.outcome?.state).toBe('DONE');
  });

  test('parallel branches give their outputs by name', () => {
    const plan = planOf([
      opNode('p', {
        kind: 'parallel',
        branches: { left: frameOf([callNode('x')]), right: frameOf([callNode('x')]) },
        tolerate: 0,
      }),
    ]);
    const simulation = simulate(plan, (path) => ({ output: path }));
    simulation.settle();
    expect(simulation.memory.frames['']?.outputs['p']).toEqual({
      kind: 'inline',
      value: { left: 'p[left]/x', right: 'p[right]/x' },
    });
  });

  test('an endless cycle is a typed failure', () => {
    const simulation = simulate(planOf([opNode('a', { kind: 'value' }, { next: { default: ['a'] } })], { start: ['a'] }));
    simulation.settle();
    expect(simulation.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'too_many_visits' } });
  });
});

describe('people', () => {
  test('hold: running attempts finish, nothing new starts, timers keep counting; release goes on', () => {
    const simulation = simulate(
      planOf([callNode('a', { next: { default: ['b'] } }), callNode('b'), opNode('d', { kind: 'delay', duration: 5_000 })], {
        start: ['a', 'd'],
      }),
    );
    simulation.send({ type: 'hold', by: 'me' });
    simulation.settle();
    expect(simulation.started()).toEqual(['a', 'd']);
    expect(simulation.memory.summaries['a']?.state).toBe('DONE');
    simulation.nowMs += 60_000;
    simulation.send({ type: 'time' });
    expect(simulation.memory.summaries['d']?.state).toBe('RUN');
    simulation.send({ type: 'release' });
    expect(simulation.memory.summaries['d']?.state).toBe('DONE');
    simulation.settle();
    expect(simulation.memory.outcome?.state).toBe('DONE');
    expect(simulation.journal.filter((entry) => entry.type === 'run.held' || entry.type === 'run.released')).toHaveLength(2);
  });

  test('cancel: attempts are stopped, undo and finally run, the run ends CANCELLED; a second cancel changes nothing', () => {
    const plan = planOf([callNode('a', { compensate: callNode('undo-a'), next: { default: ['b'] } }), callNode('b')], {
      finally: frameOf([callNode('clean')]),
    });
    const simulation = simulate(plan);
    const [first] = simulation.pending.splice(0, 1);
    if (first?.type === 'call')
      simulation.send({ type: 'callDone', path: 'a', attempt: 1, output: { kind: 'inline', value: 1 } });
    simulation.send({ type: 'cancel', by: 'me', reason: 'no need' });
    const seq = simulation.memory.seq;
    simulation.send({ type: 'cancel' });
    expect(simulation.memory.seq).toBe(seq);
    simulation.settle();
    expect(simulation.started()).toEqual(['a', 'b', 'compensate[0]/a', 'finally/clean']);
    expect(simulation.memory.outcome?.state).toBe('CANCELLED');
  });

  test('an event is taken by its wait, kept when early, matched by key, refused beyond 100', () => {
    const plan = planOf([
      callNode('a', { next: { default: ['w'] } }),
      opNode('w', { kind: 'waitEvent', event: 'paid', key: '{{ input.id }}' }, { next: { default: ['b'] } }),
      callNode('b'),
    ]);
    const simulation = simulate(plan, () => ({}), { id: 'o1' });
    simulation.send({ type: 'deliver', name: 'paid', key: 'other', data: 0 });
    simulation.send({ type: 'deliver', name: 'paid', key: 'o1', data: { sum: 5 }, id: 'd1' });
    simulation.send({ type: 'deliver', name: 'paid', key: 'o1', data: { sum: 6 }, id: 'd1' });
    expect(simulation.memory.early).toHaveLength(2);
    simulation.settle();
    expect(simulation.started()).toEqual(['a', 'w', 'b']);
    expect(simulation.memory.early).toHaveLength(1);
    for (let n = 0; n < 200; n += 1) simulation.send({ type: 'deliver', name: 'late', data: n });
    expect(simulation.memory.early.length).toBeLessThanOrEqual(100);
  });

  test('a wait shows WAIT and what it waits for; its timeout takes the edge of that name, else fails', () => {
    const wait = (next: Record<string, string[]>) =>
      planOf([opNode('w', { kind: 'waitEvent', event: 'paid', timeout: 1_000 }, { next }), callNode('late')], { start: ['w'] });
    const edge = simulate(wait({ timeout: ['late'] }));
    expect(edge.journal.at(-1)).toMatchObject({ type: 'run.state', state: 'WAIT', waitingFor: ['event:paid'] });
    edge.settle();
    expect(edge.started()).toEqual(['w', 'late']);
    const fails = simulate(wait({}));
    fails.settle();
    expect(fails.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'wait_timeout' } });
  });

  test('ends: FILTERED when every node was filtered, SKIP when none is DONE, succeed and fail end the run from inside blocks', () => {
    const end = (nodes: Parameters<typeof planOf>[0], answers?: Answers) => {
      const simulation = simulate(planOf(nodes), answers);
      simulation.settle();
      return simulation.memory.outcome;
    };
    expect(end([callNode('a', { when: 'false' })])?.state).toBe('FILTERED');
    expect(end([callNode('a', { onError: 'skip' })], failing('a', {}))?.state).toBe('SKIP');
    const inside = (op: Parameters<typeof opNode>[1]) => [
      opNode('g', { kind: 'group', body: frameOf([opNode('stop', op), callNode('never')]) }),
      callNode('sibling'),
    ];
    expect(end(inside({ kind: 'succeed', state: 'DONE', output: { ok: true } }))).toEqual({
      state: 'DONE',
      output: { kind: 'inline', value: { ok: true } },
    });
    expect(end(inside({ kind: 'fail', code: 'bad', message: 'no {{ 1 + 1 }}' }))).toMatchObject({
      state: 'FAIL',
      failure: { code: 'bad', message: 'no 2' },
    });
  });

  test('the run limit fails the run with run_timeout and still runs finally', () => {
    const simulation = simulate(planOf([callNode('a')], { timeoutMs: 5_000, finally: frameOf([callNode('clean')]) }));
    simulation.nowMs = 10_000;
    simulation.send({ type: 'time' });
    simulation.settle();
    expect(simulation.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'run_timeout' } });
    expect(simulation.started()).toEqual(['a', 'finally/clean']);
  });
});
