import { defineCall } from '../call-handler';
import { buildRequest } from '../http/build-request';
import { exchange } from '../http/exchange';
import { keepLarge } from '../http/large-body';
import { httpParams } from '../http/params';
import { parseBody } from '../http/parse-body';

const MAX_REDIRECTS = 5;

/**
 * Output `{status_code, headers, body, raw_body?, encoding?, truncated?, timing_ms}`; `raw_body` when the flow reads it. A large
 * `body` is `{artifact}`.
 */
export const httpRequest = defineCall(httpParams, (params, job, deps) => {
  const withRaw = job.reads.some(([member]) => member === 'raw_body');
  return exchange(buildRequest(params, job), job, deps, {
    maxRedirects: params.follow_redirects ? MAX_REDIRECTS : 0,
    neverFails: params.failOn === 'never',
    message: 'HTTP request successful',
    level: 'info',
    large: keepLarge(job, deps),
    toOutput: (response, timingMs) => ({
      status_code: response.status,
      headers: { ...response.headers },
      ...parseBody(response, params.responseType, withRaw),
      timing_ms: timingMs,
    }),
  });
});
