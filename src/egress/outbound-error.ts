import { errors } from 'undici';
import { RepriseError, isRepriseError } from '../flow';
import { codeOf } from './code-of';

/** Node tries the addresses of a name one after the other and reports them together. */
const firstOf = (error: unknown): unknown => {
  const list = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : undefined;
  return Array.isArray(list) ? (list[0] as unknown) : error;
};

/** What an error of the connection says of a call: `timeout`, `invalid_params` or `network_error` {reason}; ours stay as they are. */
export const toOutboundError = (error: unknown, host: string): RepriseError => {
  const cause = firstOf(error);
  if (isRepriseError(cause)) return cause;
  const reason = codeOf(error) || codeOf(cause) || 'unknown';
  const details = { reason };
  if (cause instanceof errors.ConnectTimeoutError || reason === 'ETIMEDOUT')
    return new RepriseError('timeout', `No connection to ${host} came about in time`, { details, cause: error });
  if (cause instanceof errors.InvalidArgumentError || cause instanceof errors.NotSupportedError)
    return new RepriseError('invalid_params', `The request cannot be sent: ${cause.message}`, { details });
  return new RepriseError('network_error', `The call to ${host} failed: ${explain(reason, cause)}`, { details, cause: error });
};

const EXPLAINED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is unknown',
  EAI_AGAIN: 'the name could not be resolved now',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};
const explain = (reason: string, cause: unknown): string =>
  EXPLAINED[reason] ?? (cause instanceof Error ? `${cause.message} (${reason})` : reason);
