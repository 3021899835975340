import { seeded } from '../../../support/random';
import { aCall, aLayer, failing, issuesOf, play } from './support';

test('layers of one index start together, those of a higher one when all of them have ended', () => {
  const run = play([aCall('late', 2), aCall('a', 0), aCall('b', 0), aCall('c', 1)], { pause: true });
  expect(run.started()).toEqual(['a', 'b']);
  run.answer(1);
  expect(run.started()).toEqual(['a', 'b']);
  run.answer(0);
  expect(run.started()).toEqual(['a', 'b', 'c']);
  run.settle();
  expect(run.started()).toEqual(['a', 'b', 'c', 'late']);
});

test.each([
  ['continue', 'DONE', 'FAIL'],
  ['skip', 'DONE', 'SKIP'],
  ['fail', 'FAIL', 'FAIL'],
])('onError %s: the play is %s, the layer %s', (onError, state, layer) => {
  const run = play([aCall('a', 0, { onError }), aCall('b', 0), aLayer('c', 1)], { answers: failing('a') });
  expect(run.state).toBe(state);
  expect(run.states['a']).toBe(layer);
  expect(run.states['c']).toBe(onError === 'fail' ? undefined : 'DONE');
});

test('retry: count retries come after the first try, each delay longer than the last', () => {
  const run = play([aCall('a', 0, { retry: { count: 3, delayMs: 100, backoffMultiplier: 2 } })], { answers: failing('a') });
  const delays = run.journal.filter((entry) => entry.type === 'node.retry').map((entry) => entry.data);
  expect(delays).toEqual([{ delayMs: 100 }, { delayMs: 200 }, { delayMs: 400 }]);
  expect(run.commands.filter((command) => command.type === 'call')).toHaveLength(4);
});

test('jitter varies a delay by at most a fifth', () => {
  const run = play([aCall('a', 0, { retry: { count: 20, delayMs: 1_000, jitter: true } })], { answers: failing('a') });
  const delays = run.journal.flatMap(({ type, data }) => (type === 'node.retry' ? [(data as { delayMs: number }).delayMs] : []));
  expect(delays).toHaveLength(20);
  expect(delays.every((delay) => delay >= 800 && delay <= 1_200)).toBe(true);
  expect(new Set(delays).size).toBeGreaterThan(5);
});

test('a flow without layers ends as SKIP', () => {
  expect(play([]).state).toBe('SKIP');
});

test('law: no layer starts before all of lower index have ended, in whatever way and order they end', () => {
  let tried = 0;
  for (let seed = 0; seed < 100; seed += 1) {
    const random = seeded(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const refs = Array.from({ length: 2 + below(8) }, (_, n) => `l${n}`);
    const index = Object.fromEntries(refs.map((ref) => [ref, below(5)]));
    const bad = refs.filter(() => random() < 0.3);
    const layers = refs.map((ref) => aCall(ref, index[ref] ?? 0, { onError: random() < 0.5 ? 'continue' : 'skip' }));
    const run = play(layers, { answers: failing(...bad), pause: true });
    run.settle((pending) => below(pending.length));
    const seqOf = (type: string, ref: string): number =>
      run.journal.find((entry) => entry.type === type && entry.path === ref)?.seq ?? -1;
    for (const ref of refs) {
      const lower = refs.filter((other) => (index[other] ?? 0) < (index[ref] ?? 0));
      for (const other of lower) {
        tried += 1;
        expect(seqOf('node.started', ref)).toBeGreaterThan(seqOf('node.ended', other));
      }
    }
    expect(run.journal.filter((entry) => entry.type === 'node.ended')).toHaveLength(refs.length);
  }
  expect(tried).toBeGreaterThan(300);
});

test('a wide flow compiles: 200 layers beside each other, twice', () => {
  const layers = Array.from({ length: 400 }, (_, n) => aLayer(`l${n}`, n % 2));
  expect(issuesOf(layers)).toEqual([]);
  expect(play(layers).memory.counts.done).toBe(400);
});
