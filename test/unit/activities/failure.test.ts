import { RepriseError, type Json } from '../../../src/flow';
import { CallFault, onStore, toActivityError, toFailure } from '../../../src/activities/failure';

describe('failures of activities', () => {
  it('a fault, a refusal and a bug are final for Temporal; a store that is away is not', async () => {
    const away = await onStore(() => Promise.reject(new Error('ECONNRESET'))).catch((error: unknown) => error);
    expect(toActivityError(new CallFault({ code: 'x', message: 'm', retryable: true }), 'p')).toMatchObject({
      type: 'NodeFailure',
      nonRetryable: true,
    });
    expect(toActivityError(new RepriseError('egress_denied', 'm'), 'p')).toMatchObject({
      type: 'NodeFailure',
      nonRetryable: true,
    });
    expect(toActivityError(new TypeError('bug'), 'p')).toMatchObject({ type: 'NodeFailure', nonRetryable: true });
    expect(toActivityError(away, 'p')).toMatchObject({ type: 'InfrastructureFailure', nonRetryable: false });
  });

  it('what a store refuses stays what it is', async () => {
    const refusal = new RepriseError('store_bad_key', 'm');
    await expect(onStore(() => Promise.reject(refusal))).rejects.toBe(refusal);
  });

  it('a bug tells the author of a flow nothing of its inside', () => {
    const failure = toFailure(new TypeError('secret of /home/x'), 'p');
    expect(failure).toMatchObject({ code: 'internal_error', retryable: false, nodePath: 'p' });
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  it('keeps what a fault and a refusal say', () => {
    const fault = { code: 'server_error', message: 'm', retryable: true, status: 503, retryAfterMs: 5, action: 'server_error' };
    const output = { kind: 'inline', value: 1 as Json } as const;
    expect(toFailure(new CallFault(fault), 'p', output)).toEqual({ ...fault, nodePath: 'p', output });
    expect(toFailure(new RepriseError('network_error', 'm', { details: { reason: 'X' } }), 'p')).toEqual({
      code: 'network_error',
      message: 'm',
      retryable: true,
      nodePath: 'p',
      details: { reason: 'X' },
    });
  });

  it.each(['x', 'ä', '😀', 'ab😀'])('cuts a message of many %s to 8 KiB of whole characters', (unit) => {
    const { message } = toFailure(new CallFault({ code: 'x', message: unit.repeat(9_000), retryable: false }), 'p');
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(8_192);
    expect(Buffer.byteLength(message)).toBeGreaterThan(8_180);
    expect(message).not.toContain('\uFFFD');
  });
});
