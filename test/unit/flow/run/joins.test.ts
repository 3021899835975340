/** The six graphs of the engine's join rules (J1–J7), each with every completion order that its size allows. */
import { joinsInCycle } from '../../../../src/flow/graph';
import type { Command } from '../../../../src/flow';
import { callNode, frameOf, planOf } from '../../../support/plans';
import { byVisit, simulate, type Answers } from '../../../support/simulate';

const pickBy =
  (order: readonly string[]) =>
  (pending: readonly Command[]): number => {
    const ranks = pending.map((command) => (command.type === 'call' ? order.indexOf(command.path) : -1));
    const best = Math.min(...ranks.map((rank) => (rank < 0 ? order.length : rank)));
    return Math.max(0, ranks.indexOf(best));
  };
const run = (nodes: Parameters<typeof planOf>[0], answers: Answers, order: readonly string[] = [], start?: readonly string[]) => {
  const simulation = simulate(planOf(nodes, start === undefined ? {} : { start }), answers);
  simulation.settle(pickBy(order));
  return simulation;
};
const countOf = (paths: readonly string[], id: string): number =>
  paths.filter((path) => path === id || path.startsWith(`${id}#`)).length;

describe('joins', () => {
  const retryGraph = [
    callNode('s', { next: { default: ['a', 'b'] } }),
    callNode('a', { next: { retry: ['a'], ok: ['j'] } }),
    callNode('b', { next: { default: ['j'] } }),
    callNode('j', { join: 'all' }),
  ];
  test.each([[['b', 'a', 'a#2', 'a#3']], [['a', 'a#2', 'a#3', 'b']], [['a', 'b', 'a#2', 'a#3']]])(
    'all waits for a branch that loops (order %j)',
    (order) => {
      const { memory, started } = run(retryGraph, byVisit({ a: ['retry', 'retry', 'ok'] }), order);
      expect(started().filter((path) => path.startsWith('a'))).toEqual(['a', 'a#2', 'a#3']);
      expect(countOf(started(), 'j')).toBe(1);
      expect(started().at(-1)).toBe('j');
      expect(memory.outcome?.state).toBe('DONE');
    },
  );

  test('all does not wait for the branch that was not taken, though it has a cycle', () => {
    const nodes = [
      callNode('s', { next: { x: ['p'], y: ['q'] } }),
      callNode('p', { next: { again: ['p'], ok: ['j'] } }),
      callNode('q', { next: { default: ['j'] } }),
      callNode('j', { join: 'all' }),
    ];
    expect(run(nodes, byVisit({ s: ['y'] })).started()).toEqual(['s', 'q', 'j']);
  });

  test.each([[['c', 'a', 'b', 'm', 'm#2']], [['a', 'm', 'c', 'b', 'm#2']], [['a', 'b', 'm', 'm#2', 'c']]])(
    'a node without join runs once per token, the join behind it once (order %j)',
    (order) => {
      const nodes = [
        callNode('s', { next: { default: ['a', 'b', 'c'] } }),
        callNode('a', { next: { default: ['m'] } }),
        callNode('b', { next: { default: ['m'] } }),
        callNode('c', { next: { default: ['j'] } }),
        callNode('m', { next: { default: ['j'] } }),
        callNode('j', { join: 'all' }),
      ];
      const { started } = run(nodes, byVisit({}), order);
      expect(countOf(started(), 'm')).toBe(2);
      expect(countOf(started(), 'j')).toBe(1);
      expect(started().at(-1)).toBe('j');
    },
  );

  test('any fires once per visit of its opener; late tokens are absorbed and journalled', () => {
    const nodes = [
      callNode('s', { next: { default: ['fast', 'slow'] } }),
      callNode('fast', { next: { default: ['j'] } }),
      callNode('slow', { next: { default: ['j'] } }),
      callNode('j', { join: 'any', next: { default: ['c'] } }),
      callNode('c', { next: { again: ['s'] } }),
    ];
    const slowLast = (pending: readonly Command[]): number =>
      Math.max(
        0,
        pending.findIndex((command) => command.type === 'call' && !command.path.startsWith('slow')),
      );
    const simulation = simulate(planOf(nodes, { start: ['s'] }), byVisit({ c: ['again', 'again', 'end'] }));
    simulation.settle(slowLast);
    expect(countOf(simulation.started(), 'j')).toBe(3);
    expect(simulation.journal.filter((entry) => entry.type === 'join.absorbed')).toHaveLength(3);
    expect(simulation.memory.outcome?.state).toBe('DONE');
  });

  test('N that can no longer be reached fails join_unsatisfied', () => {
    const nodes = [
      callNode('s', { next: { default: ['a', 'b', 'c'] } }),
      callNode('a', { next: { default: ['END'], ok: ['j'] } }),
      callNode('b', { next: { default: ['END'], ok: ['j'] } }),
      callNode('c', { next: { default: ['j'] } }),
      callNode('j', { join: 2 }),
    ];
    const { memory } = run(nodes, byVisit({}));
    expect(memory.outcome).toMatchObject({
      state: 'FAIL',
      failure: { code: 'join_unsatisfied', message: expect.stringContaining('1/2') },
    });
  });

  test('a cycle through a join that avoids its opener is found at save', () => {
    const nodes = [
      callNode('s', { next: { default: ['a', 'b'] } }),
      callNode('a', { next: { default: ['j1'] } }),
      callNode('b', { next: { default: ['j2'] } }),
      callNode('j1', { join: 'all', next: { default: ['j2'] } }),
      callNode('j2', { join: 'all', next: { default: ['j1'] } }),
    ];
    expect(joinsInCycle(frameOf(nodes)).toSorted()).toEqual(['j1', 'j2']);
    expect(joinsInCycle(frameOf(retryGraph))).toEqual([]);
  });

  test('a join without a token never runs and stays IDLE', () => {
    const nodes = [
      callNode('s', { next: { x: ['a'] } }),
      callNode('a', { next: { default: ['j'] } }),
      callNode('j', { join: 'all' }),
    ];
    const { memory, started } = run(nodes, byVisit({ s: ['y'] }));
    expect(started()).toEqual(['s']);
    expect(memory.summaries['j']).toBeUndefined();
  });

  test('cancelLosers cancels only node runs whose every onward path leads to the join', () => {
    const nodes = [
      callNode('s', { next: { default: ['fast', 'loser', 'keeper'] } }),
      callNode('fast', { next: { default: ['j'] } }),
      callNode('loser', { next: { default: ['j'] } }),
      callNode('keeper', { next: { default: ['j'], other: ['k'] } }),
      callNode('k'),
      callNode('j', { join: 'any', cancelLosers: true }),
    ];
    const { journal } = run(nodes, byVisit({}), ['s', 'fast']);
    const end = (id: string) => journal.find((entry) => entry.type === 'node.ended' && entry.path === id)?.state;
    expect([end('loser'), end('keeper'), end('j')]).toEqual(['CANCELLED', 'DONE', 'DONE']);
  });

  test('needs starts when all named nodes settled well, and never when one failed', () => {
    const nodes = (failing: boolean) => [
      callNode('a', failing ? { onError: 'continue' } : {}),
      callNode('b'),
      callNode('c', { needs: ['a', 'b'] }),
    ];
    expect(run(nodes(false), byVisit({})).started()).toEqual(['a', 'b', 'c']);
    const { started, memory } = run(nodes(true), (path) => (path === 'a' ? { failure: {} } : { action: 'default' }));
    expect(started()).toEqual(['a', 'b']);
    expect(memory.outcome?.state).toBe('DONE');
  });

  test('after starts when all named nodes have ended, also by a failure that was taken', () => {
    const nodes = [
      callNode('a', { onError: 'continue' }),
      callNode('b', { catch: [{ errors: ['*'], next: ['d'] }] }),
      callNode('c', { needs: ['a', 'b'], afterFailure: true }),
      callNode('d'),
    ];
    const { started } = run(nodes, (path) => (path === 'c' ? { action: 'default' } : { failure: {} }));
    expect(started().toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});
