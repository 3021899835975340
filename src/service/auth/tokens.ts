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
  ver: z.int(),
  typ: z.literal(TYP),
  jti: z.string(),
  exp: z.number(),
  iat: z.number(),
});

interface VerifiedClaims extends AccessClaims {
  readonly id: string;
  readonly expiresAt: Date;
}
interface AccessClaims {
  readonly accountId: string;
  readonly tokenVersion: number;
}
export interface AccessTokens {
  issue(claims: AccessClaims): { readonly token: string; readonly expiresAt: Date };
  /** Throws unauthorized, for every reason with the same text. */
  verify(token: string): VerifiedClaims;
}
export interface AccessTokenOptions {
  /** At least 32 bytes; rotating it ends all tokens. */
  readonly secret: string;
  /** Life of a token, default 15 minutes. */
  readonly ttlMs?: number;
  /** Epoch ms. */
  readonly now: () => number;
}

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
    issue: ({ accountId, tokenVersion }) => {
      const iat = Math.floor(now() / 1000);
      const exp = iat + Math.max(1, Math.floor(ttlMs / 1000));
      const claims = { sub: accountId, ver: tokenVersion, typ: TYP, iss: ISSUER, aud: AUDIENCE, jti: ulid(), iat, nbf: iat, exp };
      return { token: sign(claims, key, { algorithm: ALGORITHM }), expiresAt: new Date(exp * 1000) };
    },
    verify: (token) => {
      const { sub, ver, jti, exp } = readClaims(token, key, now());
      return { accountId: sub, tokenVersion: ver, id: jti, expiresAt: new Date(exp * 1000) };
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
    throw new RepriseError('unauthorized', 'The token is not valid or has expired: log in again.', { cause });
  }
}
