/** The HTTP client of everything that leaves: guarded, bounded, without proxy variables, and redirects by hand. */
import { Agent, errors, request as send } from 'undici';
import { RepriseError, isRepriseError } from '../flow';
import { createEgressGuard, type EgressOptions } from './guard';
import { codeOf } from './code-of';
import { ACCEPT_ENCODING, readBody } from './read-body';
import { nextHop, type Hop } from './redirect';

export interface OutboundRequest extends Hop {
  /** 0 = the first response is the answer. */
  readonly maxRedirects: number;
  /** Of the decoded body. */
  readonly maxBytes: number;
  /** Ends the call, whatever it does; its reason is what the call throws. */
  readonly signal: AbortSignal;
}
export interface OutboundResponse {
  readonly status: number;
  /** Lower-case names; repeated ones are joined by comma, `set-cookie` is always a list. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}
export interface Outbound {
  /**
   * Throws RepriseError `egress_denied`, `network_error` {reason}, `timeout`, `too_many_redirects`, `response_too_large`,
   * `invalid_response`, `invalid_params`; or the signal's reason.
   */
  call(request: OutboundRequest): Promise<OutboundResponse>;
  close(): Promise<void>;
}

/** A client under the operator's egress rules. */
export const createOutbound = (options: EgressOptions): Outbound => {
  const guard = createEgressGuard(options);
  const agent = new Agent({
    connect: guard.connect,
    connections: 128,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: 32 * 1_024,
    // The caller's signal is the one deadline: it covers all hops and the body.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });

  const follow = async (request: OutboundRequest): Promise<OutboundResponse> => {
    const { maxRedirects, maxBytes, signal } = request;
    let hop: Hop = { ...request, headers: { 'accept-encoding': ACCEPT_ENCODING, ...request.headers } };
    for (let hops = 0; ; hops += 1) {
      guard.checkUrl(hop.url);
      const response = await send(hop.url, {
        dispatcher: agent,
        method: hop.method,
        headers: hop.headers,
        body: hop.body ?? null,
        signal,
      });
      const { statusCode: status, body } = response;
      const location = response.headers['location'];
      const next = maxRedirects === 0 ? undefined : nextHop(hop, status, typeof location === 'string' ? location : undefined);
      if (next === undefined) {
        const encoding = hop.method === 'HEAD' ? '' : toText(response.headers['content-encoding']);
        return { status, headers: toHeaders(response.headers, encoding !== ''), body: await readBody(body, encoding, maxBytes) };
      }
      await body.dump({ limit: 64 * 1_024, signal });
      if (hops >= maxRedirects)
        throw new RepriseError('too_many_redirects', `The server redirects more than ${maxRedirects} times; call the final URL`);
      hop = next;
    }
  };

  return {
    async call(request) {
      try {
        return await follow(request);
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw isRepriseError(error) ? error : toOutboundError(error, request.url.host);
      }
    },
    close: () => agent.destroy(),
  };
};

const toText = (value: string | string[] | undefined): string => (Array.isArray(value) ? value.join(', ') : (value ?? ''));

/** A decoded body no longer has the encoding and length of the wire. */
const toHeaders = (
  raw: Readonly<Record<string, string | string[] | undefined>>,
  decoded: boolean,
): OutboundResponse['headers'] => {
  const headers: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || (decoded && (name === 'content-encoding' || name === 'content-length'))) continue;
    headers[name] = name === 'set-cookie' ? [value].flat() : toText(value);
  }
  return { ...headers };
};

/** Node tries the addresses of a name one after the other and reports them together. */
const firstOf = (error: unknown): unknown => {
  const list = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : undefined;
  return Array.isArray(list) ? (list[0] as unknown) : error;
};

const toOutboundError = (error: unknown, host: string): RepriseError => {
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
