import { aCall, aLayer, failing, issuesOf, planOf, play } from './support';

const run = (layers: Parameters<typeof play>[0]) => play(layers, { pause: true });

test('RUN, then DONE', () => {
  const simulation = run([aCall('a', 0)]);
  expect(simulation.memory.shown).toMatch(/^RUN/);
  simulation.settle();
  expect(simulation.memory.outcome?.state).toBe('DONE');
});

test('DEFERRED: while nothing but the deferred layer could move', () => {
  const simulation = run([aCall('a', 0, { deferAfterMs: 5_000 }), aCall('b', 0)]);
  expect(simulation.memory.shown).toMatch(/^RUN/);
  expect(simulation.started()).toEqual(['b']);
  simulation.answer(0);
  expect(simulation.memory.shown).toMatch(/^DEFERRED/);
  simulation.wait(4_999);
  expect(simulation.started()).toEqual(['b']);
  simulation.wait(1);
  expect(simulation.started()).toEqual(['b', 'a']);
  expect(simulation.memory.shown).toMatch(/^RUN/);
});

test('a deferred layer that is due while the play is held starts at its release', () => {
  const simulation = run([aLayer('a', 0, { deferAfterMs: 1_000 })]);
  simulation.send({ type: 'hold' });
  expect(simulation.memory.shown).toMatch(/^ON_HOLD/);
  simulation.wait(2_000);
  expect(simulation.started()).toEqual([]);
  simulation.send({ type: 'release' });
  expect(simulation.memory.outcome?.state).toBe('DONE');
});

test('a deferred layer is counted from the end of the index before it, and its filters are asked when it starts', () => {
  const filters = [{ leftValue: '{{ $date.unix }}', operator: 'gte', rightValue: 61 }];
  const simulation = run([aCall('a', 0), aLayer('b', 1, { deferAfterMs: 60_000, filters })]);
  simulation.wait(100_000);
  simulation.answer(0);
  expect(simulation.memory.shown).toMatch(/^DEFERRED/);
  simulation.settle();
  expect(simulation.memory.summaries['b']?.state).toBe('DONE');
});

test('a cancel reaches a deferred layer', () => {
  const simulation = run([aLayer('a', 0, { deferAfterMs: 60_000 })]);
  simulation.send({ type: 'cancel' });
  expect(simulation.memory.outcome?.state).toBe('CANCELLED');
});

test('WAIT: an approval stands before the layer, after its filters', () => {
  const simulation = run([aCall('pay', 0, { needsApproval: true })]);
  const [ask] = simulation.commands;
  expect(ask).toMatchObject({ type: 'openApproval', path: 'pay/pay--approval', approval: { title: 'Approve pay', required: 1 } });
  simulation.answer(0);
  expect(simulation.memory.shown).toMatch(/^WAIT/);
});

test.each([
  ['approved', 'fail', 'DONE', 'DONE'],
  ['rejected', 'fail', 'FAIL', 'FAIL'],
  ['rejected', 'continue', 'FAIL', 'DONE'],
  ['rejected', 'skip', 'SKIP', 'DONE'],
] as const)('%s with onError %s: the layer is %s, the play %s', (decision, onError, layer, state) => {
  const simulation = run([
    aCall('pay', 0, { needsApproval: { title: 'Pay {{ $flowId }}', allowSelf: true }, onError }),
    aLayer('end', 1),
  ]);
  simulation.answer(0);
  simulation.send({ type: 'decide', path: 'pay/pay--approval', attempt: 1, decision, by: 'acct_1' });
  simulation.settle();
  expect(simulation.memory.summaries['pay']?.state).toBe(layer);
  expect(simulation.memory.outcome?.state).toBe(state);
  if (layer === 'FAIL') expect(simulation.memory.summaries['pay']?.error?.code).toBe('declined');
});

test.each([
  [{}, 'FAIL'],
  [{ onTimeout: 'declined' }, 'FAIL'],
  [{ onTimeout: 'approved' }, 'DONE'],
])('a deadline %j decides for nobody: the layer is %s', (more, state) => {
  const simulation = play([aCall('pay', 0, { needsApproval: { timeout: '1h', ...more } })]);
  expect(simulation.memory.summaries['pay']?.state).toBe(state);
});

test('a deadline that answers another word is refused', () => {
  const issues = issuesOf([aCall('pay', 0, { needsApproval: { timeout: '1h', onTimeout: 'later' } })]);
  expect(issues).toMatchObject([{ code: 'invalid_value', path: 'layers[0].needsApproval' }]);
});

const ON_FAIL = { execution: { onFailFlowId: 'flow_help' } };

test('onFailFlowId starts that flow after a FAIL, with the context of the failed play, and changes nothing of its end', () => {
  const simulation = play([aCall('soft', 0, { onError: 'continue' }), aCall('hard', 1)], {
    more: ON_FAIL,
    args: { id: 7 },
    answers: (path) => ({ failure: { code: path === 'soft' ? 'mild' : 'grave' } }),
  });
  const started = simulation.commands.filter((command) => command.type === 'startChild');
  expect(started).toMatchObject([{ flow: 'flow_help', detach: true }]);
  expect(started[0]).toMatchObject({
    input: {
      value: { args: { id: 7 }, failedPlay: { playId: 'run_1', flowId: 'flow_1', layer: 'hard', error: { code: 'grave' } } },
    },
  });
  expect(simulation.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'grave' } });
});

test.each([
  ['a play that is DONE', {}, false],
  ['a play that was itself started so', { failedPlay: {} }, true],
])('onFailFlowId starts nothing after %s', (_, args, fails) => {
  const simulation = play([aCall('a', 0)], { more: ON_FAIL, args, answers: fails ? failing() : failing('nobody') });
  expect(simulation.commands.filter((command) => command.type === 'startChild')).toEqual([]);
  expect(simulation.memory.outcome?.state).toBe(fails ? 'FAIL' : 'DONE');
});

test('execution.timeout limits the play, a layer’s timeout its tries', () => {
  const plan = planOf([aCall('a', 0, { timeout: 2.5 })], { execution: { timeout: 90 } });
  expect(plan.timeoutMs).toBe(90_000);
  expect(plan.root.nodes['a']?.attemptTimeoutMs).toBe(2_500);
});
