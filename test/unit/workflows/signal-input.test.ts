import { inline } from '../../../src/flow';
import { toActor, toChildEnd, toDelivery } from '../../../src/workflows/signal-input';

const ODD = [
  undefined,
  null,
  7,
  'text',
  [],
  {},
  { name: 7 },
  { path: 'a', runId: 'r' },
  { path: 'a', runId: 'r', result: { state: 'RUN' } },
];

test('what does not fit a signal is passed over and never throws', () => {
  for (const input of ODD) {
    expect(toActor(input)).toEqual({});
    expect(toDelivery(input)).toBeUndefined();
    expect(toChildEnd(input)).toBeUndefined();
  }
});

test('members of another type are left out, data that is missing is null', () => {
  expect(toActor({ by: 'me', reason: 7 })).toEqual({ by: 'me' });
  expect(toActor({ by: {}, reason: 'no' })).toEqual({ reason: 'no' });
  expect(toDelivery({ name: 'paid', key: 7, id: [], by: null })).toEqual({ type: 'deliver', name: 'paid', data: null });
  const whole = { name: 'paid', key: 'k', data: { sum: 1 }, id: 'd1', by: 'me' };
  expect(toDelivery(whole)).toEqual({ type: 'deliver', ...whole });
});

test('the end of a child has its result', () => {
  const child = { path: 'sub', runId: 'run_2' };
  const rest = { type: 'childEnded', path: 'sub', childRunId: 'run_2' };
  expect(toChildEnd({ ...child, result: { state: 'DONE', output: inline(1) } })).toEqual({
    ...rest,
    state: 'DONE',
    output: inline(1),
  });
  const failure = { code: 'c', message: 'm', retryable: false, nodePath: '' };
  expect(toChildEnd({ ...child, result: { state: 'FAIL', error: failure } })).toEqual({ ...rest, state: 'FAIL', failure });
});
