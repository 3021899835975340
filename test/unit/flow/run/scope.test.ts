/** Where names of expressions are found, and what of a claim is known in the workflow (X6). */
import { inline, type Json, type JsonPath, type Value } from '../../../../src/flow';
import { covers, knownPart, toScope } from '../../../../src/flow/run/scope-values';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answer, type Answers } from '../../../support/simulate';

const claim = (...known: [JsonPath, Json][]): Value => ({
  kind: 'claim',
  ref: { store: 's', key: 'k', size: 1, type: 't', sha256: '' },
  known,
});

describe('a claim', () => {
  test('is known by its read parts, put together', () => {
    expect(knownPart(claim())).toEqual({});
    expect(knownPart(claim([['a', 'b'], 1], [['a', 'c'], 2], [['list', 2, 'x'], 3], [['list', 0], 4]))).toEqual({
      a: { b: 1, c: 2 },
      list: [4, null, { x: 3 }],
    });
    expect(knownPart(claim([[], [1, 2]]))).toEqual([1, 2]);
    expect(knownPart(claim([[1], 'b'], [[0], 'a']))).toEqual(['a', 'b']);
  });

  test('answers reads of these parts and what is inside them, no others', () => {
    const value = claim([['a', 'b'], { c: 1 }]);
    expect([['a', 'b'], ['a', 'b', 'c'], ['a'], ['x'], []].map((path) => covers(value, path))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(covers(inline(1), ['any'])).toBe(true);
  });

  test('trigger and prev are other names of input and nodes', () => {
    const scope = toScope({ values: { input: inline({ n: 1 }) }, nodes: { a: inline(2) } }, knownPart);
    expect(scope).toEqual({ input: { n: 1 }, nodes: { a: 2 }, trigger: { body: { n: 1 } }, prev: { a: 2, args: { n: 1 } } });
    expect(toScope({ values: {}, nodes: {} }, knownPart)).toEqual({ nodes: {}, prev: {} });
  });
});

describe('names', () => {
  const value = (source: Json, answers?: Answers, input: Json = { n: 7 }): Json | undefined => {
    const plan = planOf([callNode('a', { next: { default: ['b'] } }), opNode('b', { kind: 'value', output: source })], {
      start: ['a'],
      vars: { k: 1 },
    });
    const simulation = simulate(plan, answers, input);
    simulation.settle();
    const output = simulation.memory.outcome?.output;
    return output?.kind === 'inline' ? output.value : undefined;
  };

  test('every root has its value', () => {
    const all = [
      'input.n',
      'trigger.body.n',
      'prev.args.n',
      'vars.k',
      'run.id',
      'run.flow.name',
      'run.version',
      'nodes.a',
      'prev.a',
    ];
    expect(
      value(
        all.map((each) => `{{ ${each} }}`),
        () => ({ output: 'x' }),
      ),
    ).toEqual([7, 7, 7, 1, 'run_1', 'test', 1, 'x', 'x']);
    expect(value('{{ nodes }}', () => ({ output: 'x' }))).toEqual({ a: 'x' });
    expect(value('{{ prev }}', () => ({ output: 'x' }))).toEqual({ a: 'x', args: { n: 7 } });
    expect(value('{{ trigger }}')).toEqual({ body: { n: 7 } });
    expect(value('{{ error.code ?? "none" }}')).toBe('none');
  });

  test('all nodes with a claim among them are read in an activity', () => {
    expect(value('{{ size(nodes.a.rows) + size(nodes) }}', () => ({ output: { rows: [1, 2] }, claimed: true }))).toBe(3);
  });

  test('the nearest frame wins: item, branch and outputs of the body, then those around it', () => {
    const inner = opNode('in', { kind: 'value', output: '{{ [thing, index, nodes.a, nodes.out, item] }}' });
    const body = frameOf([opNode('a', { kind: 'value', output: 'near' }, { next: { default: ['in'] } }), inner], ['a']);
    const each = opNode('each', { kind: 'loop', items: ['i'], as: 'thing', concurrency: 1, tolerate: 0, maxIterations: 5, body });
    const plan = planOf(
      [
        opNode('a', { kind: 'value', output: 'far' }, { next: { default: ['out'] } }),
        opNode('out', { kind: 'value', output: 'o' }, { next: { default: ['each'] } }),
        each,
      ],
      { start: ['a'] },
    );
    const simulation = simulate(plan);
    simulation.settle();
    expect(simulation.memory.outcome?.output).toEqual(inline([['i', 0, 'near', 'o', 'i']]));
  });

  test('the error of a caught failure is there for what handles it', () => {
    const plan = planOf(
      [callNode('a', { catch: [{ errors: ['4xx'], next: ['b'] }] }), opNode('b', { kind: 'value', output: '{{ error }}' })],
      { start: ['a'] },
    );
    const simulation = simulate(plan, () => ({ failure: { code: 'client_error', status: 404, message: 'm' } }));
    simulation.settle();
    expect(simulation.memory.outcome?.output).toEqual(inline({ code: 'client_error', message: 'm', nodePath: 'a', status: 404 }));
  });

  test('uuid: the same for the same node run, another for each call and node', () => {
    const ids = value(['{{ uuid() }}', '{{ uuid() }}']);
    expect(new Set(ids as string[]).size).toBe(2);
    expect(value(['{{ uuid() }}', '{{ uuid() }}'])).toEqual(ids);
  });
});

test('an undo that is no call reads nothing; vars and the status of an error may be missing', () => {
  const undo = opNode('undo', { kind: 'value', output: [1] });
  const note = opNode('note', { kind: 'value', output: ['{{ vars }}', '{{ error }}'] });
  const plan = planOf([callNode('a', { compensate: undo, next: { default: ['b'] } }), callNode('b')], {
    finally: frameOf([note]),
  });
  const simulation = simulate(plan, (path): Answer => (path === 'b' ? { failure: { code: 'c', message: 'm' } } : { output: 1 }));
  simulation.settle();
  expect(simulation.started()).toEqual(['a', 'b', 'compensate[0]/a', 'finally/note']);
  expect(simulation.memory.frames['finally']?.outputs['note']).toEqual(inline([{}, { code: 'c', message: 'm', nodePath: 'b' }]));
});
