import { decode, sign } from 'jsonwebtoken';
import { createAccessTokens } from '../../../../src/service/auth/tokens';
import { SECRET } from '../../../support/fake-services';

const NOW = Date.UTC(2026, 0, 1);
const tokens = createAccessTokens({ secret: SECRET, now: () => NOW });
const session = { accountId: 'acct_1', sessionId: 'sess_1', sessionEndsAt: new Date(NOW + 3_600_000) };
const claims = {
  sub: 'acct_1',
  sid: 'sess_1',
  typ: 'access',
  iss: 'reprise',
  aud: 'reprise-api',
  jti: 'x',
  iat: NOW / 1000,
  nbf: NOW / 1000,
  exp: NOW / 1000 + 60,
};

describe('access tokens', () => {
  test('read back what they were issued for', () => {
    const { token, expiresAt } = tokens.issue(session);
    expect(tokens.verify(token)).toEqual({ accountId: 'acct_1', sessionId: 'sess_1', expiresAt });
    expect(expiresAt).toEqual(new Date(NOW + 15 * 60_000));
    expect(decode(token, { complete: true })).toMatchObject({
      header: { alg: 'HS256' },
      payload: { iss: 'reprise', aud: 'reprise-api', typ: 'access' },
    });
  });

  test('none outlives its session', () => {
    const sessionEndsAt = new Date(NOW + 60_000);
    expect(tokens.issue({ ...session, sessionEndsAt }).expiresAt).toEqual(sessionEndsAt);
  });

  test('no two are the same', () => {
    const issue = () => tokens.issue(session).token;
    expect(issue()).not.toBe(issue());
  });

  // The signer itself refuses a wrong `iat`.
  test.each(Object.keys(claims).filter((claim) => claim !== 'iat'))('without a right %s it is refused', (claim) => {
    const future = NOW / 1000 + 600;
    const wrong = { sub: '', sid: '', typ: 'refresh', iss: 'x', aud: 'x', jti: 1, nbf: future, exp: NOW / 1000 }[claim];
    expect(() => tokens.verify(sign({ ...claims, [claim]: wrong }, SECRET, { algorithm: 'HS256', noTimestamp: true }))).toThrow(
      /not valid/,
    );
  });

  test('the good one of that test is good', () => {
    expect(tokens.verify(sign(claims, SECRET))).toMatchObject({ accountId: 'acct_1', sessionId: 'sess_1' });
  });

  test.each(['HS384', 'HS512'] as const)('%s is refused', (algorithm) => {
    expect(() => tokens.verify(sign(claims, SECRET, { algorithm }))).toThrow(/not valid/);
  });

  test('a changed byte is refused', () => {
    const { token } = tokens.issue(session);
    for (let index = 0; index < token.length - 1; index += 7) {
      const other = token[index] === 'A' ? 'B' : 'A';
      expect(() => tokens.verify(token.slice(0, index) + other + token.slice(index + 1))).toThrow(/not valid/);
    }
  });

  test('a short secret is refused, counted in bytes', () => {
    expect(() => createAccessTokens({ secret: 'x'.repeat(31), now: () => NOW })).toThrow(/REPRISE_JWT_SECRET/);
    expect(() => createAccessTokens({ secret: 'ü'.repeat(16), now: () => NOW })).not.toThrow();
  });
});
