import { closureOf, lostClosure } from '../../../src/projection/closure';
import { aResult } from '../../support/fake-temporal';

const at = 9_000;

describe('what a close in Temporal means for the run (P10)', () => {
  test('a completed workflow ends as its result says', () => {
    const result = aResult({ state: 'SKIP', output: { kind: 'inline', value: 7 } });
    expect(closureOf({ kind: 'completed', at, result })).toEqual({
      state: 'SKIP',
      endedAt: new Date(at),
      startedAt: new Date(1_000),
      counts: result.counts,
      seq: 4,
      output: { kind: 'inline', value: 7 },
    });
  });

  test('a failed workflow ends FAIL with the failure of its result', () => {
    const error = { code: 'server_error', message: 'no', retryable: true, nodePath: 'a' };
    const closure = closureOf({ kind: 'failed', at, message: 'no', result: aResult({ state: 'FAIL', error }) });
    expect(closure).toMatchObject({ state: 'FAIL', error, seq: 4 });
  });

  test.each([
    [{ kind: 'failed', at, message: 'no such workflow' }, 'FAIL', 'engine_failure'],
    [{ kind: 'cancelled', at }, 'CANCELLED', 'cancelled'],
    [{ kind: 'terminated', at, reason: 'by hand' }, 'CANCELLED', 'terminated'],
    [{ kind: 'timed_out', at }, 'FAIL', 'run_timeout'],
  ] as const)('an ending outside the flow is named: %j', (close, state, code) => {
    expect(closureOf(close)).toMatchObject({ state, endedAt: new Date(at), error: { code, retryable: false } });
  });

  test('a run that Temporal does not know is lost', () => {
    expect(lostClosure(at)).toMatchObject({ state: 'FAIL', error: { code: 'lost' } });
  });

  test('the same close gives the same closure', () => {
    const close = { kind: 'terminated', at, reason: 'x' } as const;
    expect(closureOf(close)).toEqual(closureOf(close));
  });
});
