/** One HTTP exchange of a node: the call, its output, and what its status means. */
import { LIMITS, type JsonObject } from '../../flow';
import type { LargeTaker, OutboundRequest, OutboundResponse } from '../../egress';
import type { CallJob, CallResult } from '../call-handler';
import type { ActivityDeps } from '../deps';
import { CallFault } from '../failure';
import type { LargeBody } from './large-body';
import { retryAfterMs } from './retry-after';
import { shownUrl } from './shown-url';

/** Client errors that time may heal; every server error may. */
const RETRYABLE_CLIENT_ERRORS = new Set([408, 425, 429]);

export interface ExchangeOptions {
  readonly maxRedirects: number;
  /** A 4xx or 5xx answers an action instead of a failure. */
  readonly neverFails: boolean;
  /** What the log says of a 2xx answer. */
  readonly message: string;
  /** Of that line: FlowRunner's document shows one for a request and none for a webhook. */
  readonly level: 'debug' | 'info';
  readonly large: LargeTaker<LargeBody>;
  readonly toOutput: (response: OutboundResponse<LargeBody>, timingMs: number) => JsonObject;
}

/**
 * 2xx answers the action `success`, 4xx and 5xx are faults `client_error` and `server_error` that carry the response as output and
 * the edge of that name, anything else answers `default`. Throws CallFault, RepriseError, or the job's signal reason.
 */
export const exchange = async (
  request: Pick<OutboundRequest, 'url' | 'method' | 'headers' | 'body'>,
  job: CallJob,
  deps: ActivityDeps,
  options: ExchangeOptions,
): Promise<CallResult> => {
  const startedAt = deps.now();
  const { maxRedirects, large } = options;
  const response = await deps.outbound.call({
    ...request,
    maxRedirects,
    maxBytes: LIMITS.httpResponseBytes,
    large,
    checkUrl: job.secrets.checkUrl,
    signal: job.signal,
  });
  const output = options.toOutput(response, Math.max(0, deps.now() - startedAt));
  const { status } = response;
  const action = actionOf(status);
  const data = { status_code: status, url: shownUrl(request.url) };
  if (action === 'success') return { output, action, log: { level: options.level, message: options.message, data } };
  if (action === 'default' || options.neverFails)
    return { output, action, log: { level: 'info', message: `HTTP request answered with status ${status}`, data } };
  const wait = retryAfterMs(textOf(response.headers['retry-after']), deps.now());
  throw new CallFault(
    {
      code: action,
      message: `HTTP request failed with status ${status}`,
      status,
      retryable: status >= 500 || RETRYABLE_CLIENT_ERRORS.has(status),
      action,
      details: { url: data.url },
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    },
    { output },
  );
};

const actionOf = (status: number): 'success' | 'client_error' | 'server_error' | 'default' => {
  if (status >= 200 && status <= 299) return 'success';
  if (status >= 400 && status <= 499) return 'client_error';
  return status >= 500 && status <= 599 ? 'server_error' : 'default';
};

const textOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
