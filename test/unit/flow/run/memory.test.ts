/** X5, X6: what a run holds, what leaves its memory, and how it is found again. */
import { inline, LIMITS, type Command, type RunMemory } from '../../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate } from '../../../support/simulate';

const text = (bytes: number): string => 'x'.repeat(bytes - 2);
const offloads = (commands: readonly Command[]) => commands.flatMap((each) => (each.type === 'offload' ? [each] : []));
const kindOf = (memory: RunMemory, id: string): string | undefined => memory.frames['']?.outputs[id]?.kind;

describe('values held', () => {
  const three = planOf([
    callNode('small', { next: { default: ['large'] } }),
    callNode('large', { next: { default: ['last'] }, reads: [['head']] }),
    callNode('last', { next: { default: ['w'] } }),
    opNode('w', { kind: 'waitEvent', event: 'go' }, { next: { default: ['end'] } }),
    opNode('end', { kind: 'value', output: '{{ nodes.large.head + nodes.large.rest.size() + size(nodes.last) }}' }),
  ]);
  const sizes: Readonly<Record<string, unknown>> = {
    small: text(10_000),
    large: { head: 7, rest: text(700_000) },
    last: text(400_000),
  };

  test('above 1 MiB the largest leaves first, only as many as needed; expressions still read it', () => {
    const simulation = simulate(three, (path) => ({ output: sizes[path] as string }));
    simulation.settle();
    expect(offloads(simulation.commands)).toMatchObject([{ path: '', purpose: 'large', reads: [['head']] }]);
    expect([kindOf(simulation.memory, 'small'), kindOf(simulation.memory, 'large'), kindOf(simulation.memory, 'last')]).toEqual([
      'inline',
      'claim',
      'inline',
    ]);
    expect(simulation.memory.heldBytes).toBeLessThan(LIMITS.heldBytes);
    simulation.send({ type: 'deliver', name: 'go', data: 1 });
    simulation.settle();
    expect(simulation.memory.outcome?.output).toEqual(inline(7 + 699_998 + 399_998));
  });

  test('one that could not be stored stays, is not asked for again, and the run goes on', () => {
    const simulation = simulate(three, (path) => ({ output: sizes[path] as string }));
    for (let at = 0; at >= 0; at = simulation.pending.findIndex((command) => command.type === 'call')) simulation.answer(at);
    const failure = { code: 'output_too_deep', message: 'm', retryable: false, nodePath: '' };
    simulation.pending.length = 0;
    simulation.send({ type: 'offloadFailed', path: '', purpose: 'large', failure });
    simulation.send({ type: 'deliver', name: 'go', data: 1 });
    expect(offloads(simulation.commands)).toHaveLength(1);
    expect(simulation.memory.outcome).toMatchObject({ state: 'DONE', output: inline(7 + 699_998 + 399_998) });
  });

  test('a claim that comes for a newer output, or for nothing, is left alone', () => {
    const simulation = simulate(three, (path) => ({ output: sizes[path] as string }));
    simulation.settle();
    const before = structuredClone(simulation.memory);
    simulation.send({ type: 'offloaded', path: '', purpose: 'last', value: inline('other') });
    simulation.send({ type: 'offloaded', path: 'gone', purpose: 'last', value: inline('other') });
    expect(simulation.memory).toEqual(before);
  });
});

describe('values that an undo reads', () => {
  const undo = callNode('undo', { op: { kind: 'call', activity: 'webhook', params: { of: '{{ nodes.made }}', n: '{{ n }}' } } });
  const body = frameOf([
    callNode('made', { compensate: undo, next: { default: ['over'] } }),
    // The frame forgets the large output; only the undo holds it.
    opNode('over', { kind: 'value', output: 'small' }),
  ]);
  const loop = opNode(
    'each',
    { kind: 'loop', items: [1, 2, 3], as: 'n', concurrency: 1, tolerate: 0, maxIterations: 10, body },
    { next: { default: ['w'] } },
  );
  const plan = planOf([loop, opNode('w', { kind: 'waitEvent', event: 'go' }, { next: { default: ['bad'] } }), callNode('bad')], {
    start: ['each'],
  });

  test('count, leave the memory when they are too much, and are there when it runs', () => {
    const simulation = simulate(plan, (path) =>
      path === 'bad' ? { failure: {} } : { output: { id: path, text: text(500_000) } },
    );
    simulation.settle();
    expect(Object.keys(simulation.memory.frames)).toEqual(['']);
    expect(offloads(simulation.commands).map(({ purpose }) => purpose)).toContain('made');
    expect(simulation.memory.undo.map(({ nodes }) => nodes['made']?.kind)).toContain('claim');
    expect(simulation.memory.heldBytes).toBeLessThan(LIMITS.heldBytes);
    expect(simulation.memory.heldBytes).toBeGreaterThan(400_000);
    simulation.send({ type: 'deliver', name: 'go', data: 1 });
    simulation.settle();
    const undone = simulation.commands.flatMap((each) => (each.type === 'call' && each.activity === 'webhook' ? [each] : []));
    expect(undone.map(({ path }) => path)).toEqual([
      'compensate[2]/each/made',
      'compensate[1]/each/made',
      'compensate[0]/each/made',
    ]);
    const read = undone.map(({ params }) =>
      params.kind === 'resolved' ? params.value : { of: simulation.claims.read(params.scope.nodes['made'] ?? inline(null)) },
    );
    expect(read).toMatchObject([{ of: { id: 'each[2]/made' } }, { of: { id: 'each[1]/made' } }, { of: { id: 'each[0]/made' } }]);
    expect(simulation.memory.outcome?.state).toBe('FAIL');
  });

  test('a claim that comes when its undo has begun takes the place of the value there', () => {
    const simulation = simulate(plan, (path) =>
      path === 'bad' ? { failure: {} } : { output: { id: path, text: text(500_000) } },
    );
    for (let steps = 0; steps < 50 && !simulation.started().some((path) => path.startsWith('compensate')); steps += 1) {
      const at = simulation.pending.findIndex((command) => command.type !== 'offload');
      if (at >= 0) simulation.answer(at);
      else simulation.send({ type: 'deliver', name: 'go', data: 1 });
    }
    const waiting = simulation.pending.findIndex((command) => command.type === 'offload' && command.path === 'compensate[2]');
    expect(waiting).toBeGreaterThanOrEqual(0);
    simulation.answer(waiting);
    expect(simulation.memory.frames['compensate[2]']?.outputs['made']?.kind).toBe('claim');
    simulation.settle();
    expect(simulation.memory.phase).toBe('ended');
  });
});

test('the last output of a frame is the claim, too: what passes it on passes that', () => {
  const plan = planOf(
    [callNode('big', { next: { default: ['w'] } }), opNode('w', { kind: 'waitEvent', event: 'go' }, { next: { timeout: [] } })],
    { start: ['big'] },
  );
  const simulation = simulate(plan, () => ({ output: text(1_200_000) }));
  simulation.settle();
  expect(simulation.memory.frames['']?.last?.kind).toBe('claim');
});

test('a claim that comes when its frame has gone is forgotten', () => {
  const body = frameOf([callNode('x', { next: { default: ['y'] } }), callNode('y')]);
  const loop = opNode('each', { kind: 'loop', items: [1], as: 'n', concurrency: 1, tolerate: 0, maxIterations: 5, body });
  const plan = planOf([{ ...loop, next: { default: ['w'] } }, opNode('w', { kind: 'waitEvent', event: 'go' })], {
    start: ['each'],
  });
  const simulation = simulate(plan, (path) => ({ output: path.endsWith('x') ? text(1_200_000) : 1 }));
  simulation.answer(0);
  simulation.answer(simulation.pending.findIndex(({ type }) => type === 'call'));
  expect(Object.keys(simulation.memory.frames)).toEqual(['']);
  expect(simulation.memory.offloading).toEqual(['each[0]|x']);
  simulation.settle();
  expect(simulation.memory.offloading).toEqual([]);
  expect(simulation.memory.heldBytes).toBe(3);
});

test('many small values stay; a large one that comes among them leaves', () => {
  const undo = callNode('u', { op: { kind: 'call', activity: 'webhook', params: '{{ n }}' } });
  const body = frameOf([opNode('v', { kind: 'value', output: 1 }, { compensate: undo })]);
  const loop = opNode(
    'each',
    { kind: 'loop', items: '{{ input.items }}', as: 'n', concurrency: 1, tolerate: 0, maxIterations: 500, body },
    { next: { default: ['big'] } },
  );
  const plan = planOf([loop, callNode('big', { next: { default: ['w'] } }), opNode('w', { kind: 'waitEvent', event: 'go' })], {
    start: ['each'],
  });
  const items = Array.from({ length: 130 }, () => text(9_000));
  const simulation = simulate(plan, () => ({ output: text(400_000) }), { items });
  expect(simulation.memory.heldBytes).toBeGreaterThan(LIMITS.heldBytes);
  expect(simulation.memory.crowded).toBeGreaterThan(LIMITS.heldBytes);
  simulation.settle();
  expect(offloads(simulation.commands).map(({ purpose }) => purpose)).toEqual(['big']);
});
