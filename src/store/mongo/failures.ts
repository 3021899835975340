import { RepriseError, isRepriseError } from '../../flow';

/** Names of driver errors that mean that the server did not answer, as opposed to an answer that refuses. */
const SILENT = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
]);

/** Server codes of a server that is going down, electing, or out of time. */
const DOWN_CODES = new Set([6, 7, 50, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

const DUPLICATE_KEY = 11000;

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);

export const isDuplicateKey = (error: unknown): boolean => error instanceof Error && codeOf(error) === DUPLICATE_KEY;

const isSilence = (error: Error): boolean => {
  const code = codeOf(error);
  // Mongoose's own word for a connection that was closed or never opened; its other errors have names of their own.
  if (error.name === 'MongooseError' && /connection/i.test(error.message)) return true;
  return SILENT.has(error.name) || (typeof code === 'number' && DOWN_CODES.has(code));
};

/** `details.retryAfterSeconds` is what the API sends as Retry-After. Whether a write took effect is undecided. */
export const unavailable = (cause: unknown): RepriseError =>
  new RepriseError('unavailable', 'The database does not answer; repeat the request in a few seconds.', {
    details: { retryAfterSeconds: 2, dependency: 'mongodb' },
    cause,
  });

/** Any error of the driver as one that the layers above know; others pass as they are. */
export const toStoreError = (error: unknown): unknown => {
  if (!(error instanceof Error) || isRepriseError(error)) return error;
  return isSilence(error) ? unavailable(error) : error;
};
