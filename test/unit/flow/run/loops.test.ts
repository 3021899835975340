/** Loops: where their items come from, how they end, and what fails them. */
import { LIMITS, type Json, type LoopOperation, type NodePlan } from '../../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answers, type Simulation } from '../../../support/simulate';

const loop = (more: Partial<LoopOperation>, fields: Partial<NodePlan> = {}): NodePlan =>
  opNode(
    'each',
    {
      kind: 'loop',
      as: 'thing',
      concurrency: 1,
      tolerate: 0,
      maxIterations: 10,
      body: frameOf([callNode('x')]),
      ...more,
    },
    fields,
  );
const fromBig = (more: Partial<LoopOperation> = {}) =>
  planOf([callNode('big', { next: { default: ['each'] } }), loop({ items: '{{ nodes.big }}', ...more })], { start: ['big'] });
const giving =
  (items: Json): Answers =>
  (path) =>
    path === 'big' ? { output: items, claimed: true } : { output: path };
const failureOf = ({ memory }: Simulation) => {
  expect(memory.runs).toEqual({});
  return memory.outcome?.failure;
};
const ended = (...given: Parameters<typeof simulate>): Simulation => {
  const simulation = simulate(...given);
  simulation.settle();
  return simulation;
};

describe('items', () => {
  test('of a list behind a claim are read in pages of 100', () => {
    const simulation = ended(
      fromBig({ body: frameOf([opNode('v', { kind: 'value', output: '{{ thing.n }}' })]) }),
      giving(Array.from({ length: 230 }, (_, n) => ({ n, text: 'x'.repeat(400) }))),
    );
    const pages = simulation.commands.flatMap((each) => (each.type === 'readItems' ? [each.offset] : []));
    expect(pages).toEqual([0, 100, 200]);
    expect(simulation.memory.outcome).toMatchObject({
      state: 'DONE',
      output: { value: Array.from({ length: 230 }, (_, n) => n) },
    });
  });

  test('an object gives its members, as it is or behind a claim', () => {
    const members = Object.fromEntries(Array.from({ length: 130 }, (_, n) => [`k${n}`, 'x'.repeat(400)]));
    const plan = (items: Json) => loop({ items, body: frameOf([opNode('v', { kind: 'value', output: '{{ thing.key }}' })]) });
    expect(ended(planOf([plan({ a: 1, b: 2 })])).memory.outcome?.output).toEqual({ kind: 'inline', value: ['a', 'b'] });
    const claimed = planOf([callNode('big', { next: { default: ['each'] } }), plan('{{ nodes.big }}')], { start: ['big'] });
    expect(ended(claimed, giving(members)).memory.outcome?.output).toEqual({ kind: 'inline', value: Object.keys(members) });
  });

  test.each([[null], ['text'], [7]])('%p is no list', (items) => {
    expect(failureOf(ended(planOf([loop({ items: '{{ input.items }}' })]), undefined, { items }))).toMatchObject({
      code: 'invalid_params',
      nodePath: 'each',
    });
  });

  test('an empty list is done at once', () => {
    expect(ended(planOf([loop({ items: [] })])).memory.outcome).toMatchObject({ state: 'DONE', output: { value: [] } });
  });

  test('more than the limit fail the loop, also when only the first page tells', () => {
    const many = Array.from({ length: LIMITS.loopItems + 1 }, (_, n) => n);
    expect(failureOf(ended(planOf([loop({ items: many })])))).toMatchObject({ code: 'too_many_items' });
    const claimed = ended(fromBig(), giving(many));
    expect(failureOf(claimed)).toMatchObject({ code: 'too_many_items' });
    expect(claimed.started()).toEqual(['big', 'each']);
  });

  test('a page that does not come fails the loop, which may be caught or tried again', () => {
    const failing = (simulation: Simulation): void => {
      simulation.answer(0);
      const at = simulation.pending.findIndex((each) => each.type === 'readItems');
      if (at < 0) return failing(simulation);
      simulation.pending.splice(at, 1);
      const failure = { code: 'item_too_large', message: 'm', retryable: true, nodePath: '' };
      simulation.send({ type: 'evaluationFailed', path: 'each', attempt: 1, failure });
    };
    const list = giving(Array.from({ length: 3 }, () => 'x'.repeat(20_000)));
    const plain = simulate(fromBig(), list);
    failing(plain);
    expect(failureOf(plain)).toMatchObject({ code: 'item_too_large', nodePath: 'each' });
    const retry = { maxAttempts: 2, kind: 'fixed', delayMs: 10, backoff: 2, maxDelayMs: 100, jitter: 0 } as const;
    const again = simulate(
      planOf([callNode('big', { next: { default: ['each'] } }), loop({ items: '{{ nodes.big }}' }, { retry })], {
        start: ['big'],
      }),
      list,
    );
    failing(again);
    // The page of the first attempt comes late.
    again.send({ type: 'itemsRead', path: 'each', attempt: 1, offset: 0, items: ['stale'], total: 1 });
    again.settle();
    expect(again.memory.outcome).toMatchObject({ state: 'DONE' });
    expect(again.started().filter((path) => path.endsWith('/x'))).toEqual(['each@2[0]/x', 'each@2[1]/x', 'each@2[2]/x']);
  });

  test('a page that comes when the loop was stopped changes nothing', () => {
    const simulation = simulate(fromBig(), giving(Array.from({ length: 3 }, () => 'x'.repeat(20_000))));
    while (!simulation.pending.some((each) => each.type === 'readItems')) simulation.answer(0);
    simulation.send({ type: 'cancel' });
    simulation.settle();
    expect(simulation.started()).toEqual(['big', 'each']);
    expect(simulation.memory.outcome?.state).toBe('CANCELLED');
  });
});

describe('while and until', () => {
  const round = frameOf([opNode('v', { kind: 'value', output: '{{ index }}' })]);

  test('while sees what the iteration before gave; its first item is null', () => {
    const simulation = ended(planOf([loop({ while: 'thing == null || thing < 2', body: round })]));
    expect(simulation.memory.outcome?.output).toEqual({ kind: 'inline', value: [0, 1, 2] });
  });

  test.each<[string, Partial<LoopOperation>]>([
    ['while', { while: 'nodes.nowhere.x' }],
    ['until', { until: 'nodes.nowhere.x' }],
    ['until of concurrent items', { items: [1, 2, 3], concurrency: 3, until: 'nodes.nowhere.x' }],
  ])('an error of %s fails the loop and stops its iterations; catch takes it', (_name, form) => {
    const body = frameOf([callNode('x')]);
    const simulation = ended(planOf([loop({ ...form, body })]));
    expect(failureOf(simulation)).toMatchObject({ code: 'expression_error', nodePath: 'each' });
    const caught = ended(
      planOf([loop({ ...form, body }, { catch: [{ errors: ['expression_error'], next: ['end'] }] }), callNode('end')], {
        start: ['each'],
      }),
    );
    expect(caught.started().at(-1)).toBe('end');
    expect(caught.memory.outcome?.state).toBe('DONE');
  });

  test('until ends a loop over items early: those that run end, no more begin', () => {
    const simulation = ended(planOf([loop({ items: [1, 2, 3, 4, 5], concurrency: 2, until: 'index == 1', body: round })]));
    expect(simulation.memory.outcome?.output).toEqual({ kind: 'inline', value: [0, 1] });
  });

  test('an until that reads a claim is answered by an activity, iteration by iteration', () => {
    const body = frameOf([callNode('x')]);
    const simulation = ended(planOf([loop({ until: 'size(nodes.x.rows) > 2', body })]), (path) => ({
      output: { rows: Array.from({ length: 1 + Number(/\[(\d+)\]/.exec(path)?.[1]) }, (_, n) => n) },
      claimed: true,
    }));
    expect(simulation.commands.filter(({ type }) => type === 'evaluate')).toHaveLength(3);
    expect(simulation.started().filter((path) => path.endsWith('x'))).toHaveLength(3);
  });

  test('a while that reads a claim is, too, and its failure fails the loop', () => {
    const plan = planOf(
      [callNode('big', { next: { default: ['each'] } }), loop({ while: 'index < size(nodes.big.rows)', body: round })],
      {
        start: ['big'],
      },
    );
    const good = ended(plan, () => ({ output: { rows: [1, 2] }, claimed: true }));
    expect(good.memory.outcome?.output).toEqual({ kind: 'inline', value: [0, 1] });
    const bad = ended(plan, () => ({ output: { none: 1 }, claimed: true }));
    expect(failureOf(bad)).toMatchObject({ code: 'expression_error', nodePath: 'each' });
  });

  test('maxTime fails the loop in the middle of an iteration', () => {
    const body = frameOf([opNode('d', { kind: 'delay', duration: 1_000 })]);
    const simulation = ended(planOf([loop({ while: 'true', maxTimeMs: 2_500, body })]));
    expect(failureOf(simulation)).toMatchObject({ code: 'loop_timeout' });
    expect(simulation.nowMs).toBe(3_500);
  });
});

describe('what a block gathers', () => {
  test('is limited: a loop fails when it becomes too much, and when it is too much together', () => {
    const large =
      (bytes: number): Answers =>
      () => ({ output: 'x'.repeat(bytes) });
    const grown = ended(planOf([loop({ items: [1, 2, 3, 4, 5], concurrency: 2 })]), large(400_000));
    expect(failureOf(grown)).toMatchObject({ code: 'output_too_large' });
    expect(grown.started().filter((path) => path.endsWith('x')).length).toBeLessThan(5);
    const judged = ended(planOf([loop({ items: [1, 2, 3], until: 'false' })]), large(400_000));
    expect(failureOf(judged)).toMatchObject({ code: 'output_too_large' });
  });

  test('so do branches', () => {
    const branches = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, frameOf([callNode('x')])]));
    const simulation = ended(planOf([opNode('p', { kind: 'parallel', branches, tolerate: 0 })]), () => ({
      output: 'x'.repeat(400_000),
    }));
    expect(failureOf(simulation)).toMatchObject({ code: 'output_too_large' });
  });
});
