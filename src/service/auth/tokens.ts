import { createSecretKey, type KeyObject } from 'node:crypto';
import { sign, verify } from 'jsonwebtoken';
import { ulid } from 'ulid';
import { z } from 'zod';
import { RepriseError } from '../../flow';

const ALGORITHM = 'HS256';
const ISSUER = 'reprise';
const AUDIENCE = 'reprise-api';
/** So that a token of another kind (refresh, signed link) is never an access token. */
const TYP = 'access';
const MIN_SECRET_BYTES = 32;
const DEFAULT_TTL_MS = 15 * 60_000;

const Claims = z.object({
  sub: z.string().min(1),
  sid: z.string().min(1),
  typ: z.literal(TYP),
  jti: z.string(),
  exp: z.number(),
  iat: z.number(),
});

interface AccessClaims {
  readonly accountId: string;
  readonly sessionId: string;
}
export interface AccessTokens {
  /** The token does not outlive its session. */
  issue(session: AccessClaims & { readonly sessionEndsAt: Date; readonly lifeMs?: number }): {
    readonly token: string;
    readonly expiresAt: Date;
  };
  /** Throws unauthorized, for every reason with the same text. */
  verify(token: string): AccessClaims & { readonly expiresAt: Date };
}
export interface AccessTokenOptions {
  /** At least 32 bytes; rotating it ends all tokens. */
  readonly secret: string;
  /** Life of a token, default 15 minutes. */
  readonly ttlMs?: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The one answer to every bearer that is not good, so that nobody learns which check refused it. */
export const notAuthorized = (cause?: unknown): RepriseError =>
  new RepriseError('unauthorized', 'The token is not valid or has expired: log in again.', { cause });

/** HS256 tokens with pinned algorithm, issuer, audience and kind. Throws weak_secret. */
export function createAccessTokens({ secret, ttlMs = DEFAULT_TTL_MS, now }: AccessTokenOptions): AccessTokens {
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    throw new RepriseError(
      'weak_secret',
      `The token secret is shorter than ${MIN_SECRET_BYTES} bytes: set REPRISE_JWT_SECRET to a random value of at least that length.`,
    );
  }
  // Given as text, every verification would first try to read it as a public key (half a millisecond).
  const key = createSecretKey(Buffer.from(secret));
  return {
    issue: ({ accountId, sessionId, sessionEndsAt, lifeMs = ttlMs }) => {
      const iat = Math.floor(now() / 1000);
      const end = Math.min(now() + lifeMs, sessionEndsAt.getTime());
      const exp = Math.max(iat + 1, Math.floor(end / 1000));
      const claims = { sub: accountId, sid: sessionId, typ: TYP, iss: ISSUER, aud: AUDIENCE, jti: ulid(), iat, nbf: iat, exp };
      return { token: sign(claims, key, { algorithm: ALGORITHM }), expiresAt: new Date(exp * 1000) };
    },
    verify: (token) => {
      const { sub, sid, exp } = readClaims(token, key, now());
      return { accountId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
    },
  };
}

function readClaims(token: string, key: KeyObject, nowMs: number): z.output<typeof Claims> {
  try {
    const pinned = {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: Math.floor(nowMs / 1000),
    } as const;
    return Claims.parse(verify(token, key, { ...pinned, algorithms: [ALGORITHM] }));
  } catch (cause) {
    throw notAuthorized(cause);
  }
}
