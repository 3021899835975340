import { isRepriseError } from '../flow';
import type { RepriseError } from '../flow';

/** An error as HTTP sees it, before an envelope is chosen. */
export interface HttpFailure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The one mapping of codes to statuses. A code that is not here is a fault of ours: 500. */
const STATUS_OF: Readonly<Record<string, number>> = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  idempotency_conflict: 409,
  concurrency_limit: 409,
  flow_disabled: 409,
  other_form: 409,
  gone: 410,
  requirements_not_met: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_error: 422,
  upgrade_required: 426,
  rate_limited: 429,
  unavailable: 503,
  decision_pending: 503,
};
/** 405 and 426 have no word of their own in the documented list of codes, and documented lists gain no values. */
const PUBLIC_CODE: Readonly<Record<string, string>> = {
  method_not_allowed: 'invalid_request',
  upgrade_required: 'invalid_request',
};
/** What Koa's and the body reader's own errors mean. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};
const DEFAULT_RETRY_SECONDS = 5;

/** Anything thrown → what the client may know of it. Unknown errors hide their text and carry the request id. */
export function toHttpFailure(error: unknown, requestId: string): HttpFailure {
  if (isRepriseError(error)) {
    const status = STATUS_OF[error.code];
    if (status !== undefined) return fromRule(error, status);
  }
  const code = CODE_OF_STATUS[httpStatusOf(error) ?? 0];
  if (code !== undefined) return fromBodyReader(error, code);
  return {
    status: 500,
    code: 'internal_error',
    message: `An internal error occurred. Report it with the request id ${requestId}.`,
    details: { request_id: requestId },
    headers: {},
  };
}

function fromRule(error: RepriseError, status: number): HttpFailure {
  return {
    status,
    code: PUBLIC_CODE[error.code] ?? error.code,
    message: error.message,
    details: toDetails(error.details ?? {}),
    headers: toHeaders(status, error.details ?? {}),
  };
}

function fromBodyReader(error: unknown, code: string): HttpFailure {
  const message = messageOf(error);
  return { status: STATUS_OF[code] ?? 500, code, message, details: { field: '', reason: message }, headers: {} };
}

/** The FlowRunner spelling of details: {field, reason} of the first issue beside all issues, members in snake_case. */
function toDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { retryAfterSeconds, runId, allow: _allow, challenge: _challenge, ...rest } = details;
  const first: unknown = Array.isArray(rest['issues']) ? rest['issues'][0] : undefined;
  return {
    ...(isIssue(first) && { field: first.path, reason: first.message }),
    ...rest,
    ...(runId !== undefined && { execution_id: runId }),
    ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
  };
}

function toHeaders(status: number, details: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  if (status === 429 || status === 503) headers['retry-after'] = String(retryAfter(details['retryAfterSeconds']));
  if (typeof details['allow'] === 'string') headers['allow'] = details['allow'];
  if (status === 426) headers['upgrade'] = 'websocket';
  if (status === 401)
    headers['www-authenticate'] = typeof details['challenge'] === 'string' ? details['challenge'] : 'Bearer realm="reprise"';
  return headers;
}

const retryAfter = (seconds: unknown): number =>
  typeof seconds === 'number' && Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : DEFAULT_RETRY_SECONDS;

const isIssue = (value: unknown): value is { readonly path: string; readonly message: string } =>
  typeof value === 'object' && value !== null && 'path' in value && 'message' in value;

const httpStatusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

function messageOf(error: unknown): string {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return 'The body is larger than 1 MiB: send less, or a reference to the data.';
  if (type === 'encoding.unsupported') return 'The content encoding is not supported: send gzip, deflate or none.';
  if (error instanceof SyntaxError) return `The body is not valid JSON: ${error.message}.`;
  return 'The request could not be read: check its length, encoding and form.';
}
