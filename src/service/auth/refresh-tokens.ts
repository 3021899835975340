import { createHmac } from 'node:crypto';
import { sameBytes } from './same-bytes';
import { notAuthorized } from './tokens';

/** A refresh token of a session (its family): number 1 comes with the log-in, each use answers the next number. */
interface RefreshClaim {
  readonly sessionId: string;
  readonly number: number;
}
export interface RefreshTokens {
  issue(claim: RefreshClaim): string;
  /** Throws unauthorized when it is not one of ours. Whether it is spent is known by the store. */
  verify(text: string): RefreshClaim;
}

const FORM = /^rpr_(sess_\w{1,64})\.([1-9]\d{0,8})_([A-Za-z0-9_-]{43})$/;

/**
 * `rpr_<session>.<number>_<mac>`: HMAC-SHA-256 under a key of its own that is derived from the secret of the access tokens. So no
 * refresh token is stored anywhere, and an access token is never one.
 */
export function createRefreshTokens(secret: string): RefreshTokens {
  const key = createHmac('sha256', secret).update('reprise refresh tokens').digest();
  const macOf = ({ sessionId, number }: RefreshClaim): Buffer =>
    createHmac('sha256', key).update(`${sessionId}.${number}`).digest();
  return {
    issue: (claim) => `rpr_${claim.sessionId}.${claim.number}_${macOf(claim).toString('base64url')}`,
    verify: (text) => {
      const [, sessionId = '', number = '', mac = ''] = FORM.exec(text) ?? [];
      const claim = { sessionId, number: Number(number) };
      if (!sameBytes(Buffer.from(mac, 'base64url'), macOf(claim))) throw notAuthorized();
      return claim;
    },
  };
}
