import { STATUS_CODES } from 'node:http';
import type { Dialect } from './dialect';
import type { HttpFailure } from './errors';

/** What decides on an envelope beside the path. */
export interface EnvelopeRequest {
  readonly path: string;
  readonly requestId: string;
  /** `X-API-Version` (flowruns). */
  readonly apiVersion: string;
}
export interface Envelope {
  readonly type: 'application/json' | 'application/problem+json' | 'text/plain';
  readonly body: object | string;
}

/** One error envelope per contract (dialects part A). A dialect that is missing here does not compile. */
const ENVELOPES: Readonly<Record<Dialect, (failure: HttpFailure, request: EnvelopeRequest) => Envelope>> = {
  pupload: ({ message }) => ({ type: 'text/plain', body: message }),
  flowstack: ({ status, code, message }) => json({ error: { code: toFlowstackCode(code), message, statusCode: status } }),
  flowrunner: ({ code, message, details }) => json({ error: { code, message, details } }),
  flowruns: (failure, request) =>
    request.apiVersion === '2'
      ? toProblem(failure, request)
      : json({ success: false, status: failure.status, error: { code: failure.code, message: failure.message } }),
  plays: ({ status, code, message, details }) =>
    json({ error: code.toUpperCase(), message, statusCode: status, ...(Object.keys(details).length > 0 && { details }) }),
  problem: (failure, request) => toProblem(failure, request),
};

/** The reply body of an error, in the words of the contract that speaks on the path. */
export const toEnvelope = (dialect: Dialect, failure: HttpFailure, request: EnvelopeRequest): Envelope =>
  ENVELOPES[dialect](failure, request);

const json = (body: object): Envelope => ({ type: 'application/json', body });

const toFlowstackCode = (code: string): string => (code === 'rate_limited' ? 'RATE_LIMIT_EXCEEDED' : code.toUpperCase());

/** RFC 9457; `code`, `requestId` and `errors` are extension members. */
function toProblem(failure: HttpFailure, request: EnvelopeRequest): Envelope {
  const { issues, ...details } = failure.details;
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[failure.status] ?? 'Error',
    status: failure.status,
    detail: failure.message,
    instance: request.path,
    code: failure.code,
    requestId: request.requestId,
    ...(issues !== undefined && { errors: issues }),
    ...(Object.keys(details).length > 0 && { details }),
  };
  return { type: 'application/problem+json', body };
}
