/** How a run ends: its output, how it is stored, and what `finally` may still change. */
import { inline, LIMITS, type Plan } from '../../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../../support/plans';
import { simulate, type Answers, type Simulation } from '../../../support/simulate';

const ended = (plan: Plan, answers?: Answers): Simulation => {
  const simulation = simulate(plan, answers);
  simulation.settle();
  return simulation;
};
const failure = { code: 'gone', message: 'm', retryable: false, nodePath: 'x' };
const big = 'x'.repeat(LIMITS.inlineOutputBytes + 10);

test('without a template it is the last output; with one, what that gives', () => {
  expect(ended(planOf([callNode('a')]), () => ({ output: 1 })).memory.outcome).toEqual({ state: 'DONE', output: inline(1) });
  expect(
    ended(planOf([callNode('a')], { output: { n: '{{ nodes.a + vars.k }}', run: '{{ run.id }}' }, vars: { k: 2 } }), () => ({
      output: 1,
    })).memory.outcome,
  ).toEqual({
    state: 'DONE',
    output: inline({ n: 3, run: 'run_1' }),
  });
  expect(ended(planOf([opNode('a', { kind: 'value' }, { when: 'false' })])).memory.outcome).toEqual({ state: 'FILTERED' });
});

test('a template that fails makes the run fail', () => {
  expect(ended(planOf([callNode('a')], { output: '{{ nodes.a.none }}' })).memory.outcome).toMatchObject({
    state: 'FAIL',
    failure: { code: 'expression_error', nodePath: '' },
  });
});

test('what lies behind a claim is evaluated in an activity, once, also when hold and release come meanwhile', () => {
  const plan = planOf([callNode('a')], { output: '{{ size(nodes.a.rows) }}' });
  const simulation = simulate(plan, () => ({ output: { rows: [1, 2] }, claimed: true }));
  simulation.answer(0);
  expect(simulation.pending).toMatchObject([{ type: 'evaluate', path: '', purpose: '$output' }]);
  simulation.send({ type: 'hold' }, { type: 'release' });
  expect(simulation.pending).toHaveLength(1);
  simulation.settle();
  expect(simulation.memory.outcome).toEqual({ state: 'DONE', output: inline(2) });
  expect(ended(plan, () => ({ output: { none: 1 }, claimed: true })).memory.outcome).toMatchObject({
    state: 'FAIL',
    failure: { code: 'expression_error', nodePath: '' },
  });
});

test('a large one is stored first; when it cannot be, the run fails, and finally still runs', () => {
  const plan = planOf([callNode('a')], { finally: frameOf([callNode('clean')]) });
  const stored = ended(plan, (path) => ({ output: path === 'a' ? big : null }));
  expect(stored.memory.outcome).toMatchObject({ state: 'DONE', output: { kind: 'claim' } });
  const lost = simulate(plan, () => ({ output: big }));
  lost.answer(0);
  expect(lost.pending).toMatchObject([{ type: 'offload', path: '', purpose: '$output' }]);
  lost.pending.length = 0;
  lost.send({ type: 'offloadFailed', path: '', purpose: '$output', failure });
  lost.settle();
  expect(lost.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'gone', nodePath: '' } });
  expect(lost.started()).toEqual(['a', 'finally/clean']);
});

test('a failure in finally fails a run that was done, and no other outcome', () => {
  const plan = (state: 'DONE' | 'SKIP' | undefined) =>
    planOf(state === undefined ? [callNode('a')] : [opNode('a', { kind: 'succeed', state })], {
      finally: frameOf([callNode('clean')]),
    });
  const failing: Answers = (path) => ({ failure: { code: path } });
  for (const state of ['DONE', 'SKIP'] as const)
    expect(ended(plan(state), failing).memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'finally/clean' } });
  expect(ended(plan(undefined), failing).memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'a' } });
  const cancelled = simulate(plan(undefined), failing);
  cancelled.send({ type: 'cancel' });
  cancelled.settle();
  expect(cancelled.memory.outcome).toEqual({ state: 'CANCELLED' });
});

test('finally reads the error; an undo that fails is told and the others go on', () => {
  const plan = planOf(
    [
      callNode('a', { compensate: callNode('u'), next: { default: ['b'] } }),
      callNode('b', { compensate: callNode('u'), next: { default: ['c'] } }),
      callNode('c'),
    ],
    {
      finally: frameOf([
        opNode('note', { kind: 'value', output: '{{ error.code + " " + string(error.status) + " " + error.nodePath }}' }),
      ]),
    },
  );
  const simulation = ended(plan, (path) =>
    path === 'c' || path === 'compensate[1]/b' ? { failure: { code: 'bad', status: 418 } } : { output: 1 },
  );
  expect(simulation.memory.frames['finally']?.outputs['note']).toEqual(inline('bad 418 c'));
  expect(simulation.started().slice(3)).toEqual(['compensate[1]/b', 'compensate[0]/a', 'finally/note']);
});

test('a failed response is in the journal once: the end of the run leaves it out', () => {
  const output = inline({ body: 'response' });
  const simulation = ended(planOf([callNode('a')]), () => ({ failure: { action: 'client_error', output } }));
  expect(simulation.journal.at(-1)).toMatchObject({ type: 'run.ended', failure: { output: inline(null) } });
  expect(simulation.memory.outcome?.failure?.output).toEqual(output);
});

test('each uuid() of the output is another one, the same whenever it is asked', () => {
  const output = () => ended(planOf([callNode('a')], { output: ['{{ uuid() }}', '{{ uuid() }}'] })).memory.outcome?.output;
  const first = output();
  expect(new Set(first?.kind === 'inline' ? (first.value as string[]) : []).size).toBe(2);
  expect(output()).toEqual(first);
});

test('a flow without nodes does nothing: SKIP', () => {
  expect(ended(planOf([])).memory.outcome).toEqual({ state: 'SKIP' });
});

test('answers for the run itself that nobody waits for change nothing', () => {
  const simulation = simulate(planOf([callNode('a')]));
  const before = structuredClone(simulation.memory);
  simulation.send({ type: 'evaluated', path: '', attempt: 1, purpose: '$output', value: inline(1) });
  simulation.send({ type: 'offloaded', path: '', purpose: '$output', value: inline(1) });
  expect(simulation.memory).toEqual(before);
});
