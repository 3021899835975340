import { inline, type Command } from '../../../src/flow';
import { throughClosedGate, withdrawStopped } from '../../../src/workflows/withheld';

const call = (path: string, attempt = 1): Command => ({
  type: 'call',
  path,
  nodeRunId: `nrun_${path}`,
  attempt,
  mode: 'activity',
  activity: 'httpRequest',
  params: { kind: 'resolved', value: {} },
  reads: [],
  timeoutMs: 1_000,
});
const child = (childRunId: string): Command => ({
  type: 'startChild',
  path: `at-${childRunId}`,
  childRunId,
  flow: 'other',
  input: inline({}),
  detach: false,
});
const stop = (path: string): Command => ({ type: 'stopAttempt', path });
const tell = (childRunId: string, signal: 'hold' | 'release' | 'cancel'): Command => ({
  type: 'signalChild',
  childRunId,
  signal,
});

describe('what was stopped before it went out', () => {
  test('never runs, and the interpreter is told of its end', () => {
    expect(withdrawStopped([call('a', 2), call('b'), stop('a')])).toEqual({
      commands: [call('b')],
      events: [{ type: 'callStopped', path: 'a', attempt: 2 }],
    });
    expect(withdrawStopped([child('r1'), tell('r1', 'hold'), child('r2'), tell('r1', 'cancel')])).toEqual({
      commands: [child('r2')],
      events: [{ type: 'childEnded', path: 'at-r1', childRunId: 'r1', state: 'CANCELLED' }],
    });
  });

  test('a stop reaches only what stands before it; what went out before is stopped as ever', () => {
    const queue = [stop('a'), call('a', 2), tell('r1', 'cancel'), tell('r1', 'release')];
    expect(withdrawStopped(queue)).toEqual({ commands: queue, events: [] });
  });
});

test('a closed gate lets through what ends something, not what starts, nor what is told to a child that waits itself', () => {
  const evaluate: Command = {
    type: 'evaluate',
    path: 'e',
    attempt: 1,
    purpose: 'output',
    kind: 'expression',
    source: '1',
    scope: { values: {}, nodes: {}, nowMs: 0, uuidSeed: '' },
    reads: [],
  };
  const queue: Command[] = [
    call('a'),
    stop('b'),
    child('r1'),
    tell('r1', 'hold'),
    tell('r0', 'hold'),
    evaluate,
    { type: 'yield' },
  ];
  expect(throughClosedGate(queue)).toEqual({
    now: [stop('b'), tell('r0', 'hold'), { type: 'yield' }],
    later: [call('a'), child('r1'), tell('r1', 'hold'), evaluate],
  });
});
