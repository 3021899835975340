import { RepriseError } from '../../flow';

/** gRPC status codes, by number: the client for Node and the native one share no class. */
export const GRPC = {
  cancelled: 1,
  unknown: 2,
  deadline: 4,
  notFound: 5,
  permissionDenied: 7,
  exhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const MOST_CAUSES = 5;

/** The gRPC status of an error of either client, which may be wrapped several times. */
export const grpcCodeOf = (error: unknown): number | undefined => {
  let at: unknown = error;
  for (let n = 0; n < MOST_CAUSES && typeof at === 'object' && at !== null; n += 1) {
    if ('code' in at && typeof at.code === 'number') return at.code;
    at = 'cause' in at ? at.cause : undefined;
  }
  return undefined;
};

const AWAY: readonly number[] = [
  GRPC.cancelled,
  GRPC.unknown,
  GRPC.deadline,
  GRPC.exhausted,
  GRPC.aborted,
  GRPC.internal,
  GRPC.unavailable,
];
const RETRY_AFTER_SECONDS = 2;

export const unavailable = (cause?: unknown): RepriseError =>
  new RepriseError('unavailable', 'Temporal does not answer; try again in a moment', {
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    ...(cause === undefined ? {} : { cause }),
  });

/** `unavailable` for what passes by itself, else the error as it is: then something is wrong on our side. */
export const toUnavailable = (error: unknown): unknown => {
  const code = grpcCodeOf(error);
  return code !== undefined && AWAY.includes(code) ? unavailable(error) : error;
};
