import { defineCall } from '../call-handler';
import { buildRequest } from '../http/build-request';
import { exchange } from '../http/exchange';
import { dropLarge } from '../http/large-body';
import { webhookParams } from '../http/params';
import { parseBody } from '../http/parse-body';

/** Output `{status_code, status: "sent", headers, body, truncated?}`. A receiver's redirect is an answer, not a place to send data to. */
export const webhook = defineCall(webhookParams, ({ body = {}, ...params }, job, deps) =>
  exchange(buildRequest({ ...params, body }, job), job, deps, {
    maxRedirects: 0,
    neverFails: false,
    message: 'Webhook sent',
    level: 'debug',
    large: dropLarge,
    toOutput: (response) => ({
      status_code: response.status,
      status: 'sent',
      headers: { ...response.headers },
      ...parseBody(response, 'auto', false),
    }),
  }),
);
