/** The HTTP client of everything that leaves: guarded, bounded, without proxy variables, and redirects by hand. */
import { Agent, request as send } from 'undici';
import { RepriseError } from '../flow';
import { createEgressGuard, type EgressOptions } from './guard';
import { toOutboundError } from './outbound-error';
import { ACCEPT_ENCODING, readBody } from './read-body';
import { nextHop, type Hop } from './redirect';

export interface OutboundRequest<L = never> extends Hop {
  /** 0 = the first response is the answer. */
  readonly maxRedirects: number;
  /** Of the decoded body. */
  readonly maxBytes: number;
  /** What becomes of a larger body; without it the call fails `response_too_large`. */
  readonly large?: LargeTaker<L>;
  /** Asked for the URL and every redirect before anything is sent there; what it throws the call throws. */
  readonly checkUrl?: (url: URL) => void;
  /** Ends the call, whatever it does; its reason is what the call throws. */
  readonly signal: AbortSignal;
}
export interface LargeTaker<L> {
  /** Of the decoded body: `parts` throw `response_too_large` beyond it. */
  readonly maxBytes: number;
  /**
   * Takes the decoded body from its first byte on; `parts` throw what `call` throws. Bytes that it does not ask for are not
   * read, and the connection closes when it is done. What it answers is the response's `body`, what it throws the call throws.
   */
  readonly take: (head: OutboundHead, parts: AsyncIterable<Uint8Array>) => Promise<L>;
}
export interface OutboundHead {
  readonly status: number;
  /** Lower-case names; repeated ones are joined by comma, `set-cookie` is always a list. */
  readonly headers: Readonly<Record<string, string | string[]>>;
}
export interface OutboundResponse<L = never> extends OutboundHead {
  readonly body: Buffer | L;
}
export interface Outbound {
  /**
   * Throws RepriseError `egress_denied`, `network_error` {reason}, `timeout`, `too_many_redirects`, `response_too_large`,
   * `invalid_response`, `invalid_params`; what `large` throws; or the signal's reason.
   */
  call<L = never>(request: OutboundRequest<L>): Promise<OutboundResponse<L>>;
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

  const follow = async <L>(request: OutboundRequest<L>): Promise<OutboundResponse<L>> => {
    const { maxRedirects, maxBytes, signal, large } = request;
    const toError = (error: unknown): RepriseError => toOutboundError(error, request.url.host);
    const sent = async (hop: Hop) => {
      try {
        const { url, method, headers, body = null } = hop;
        return await send(url, { dispatcher: agent, method, headers, body, signal });
      } catch (error) {
        throw toError(error);
      }
    };
    let hop: Hop = { ...request, headers: { 'accept-encoding': ACCEPT_ENCODING, ...request.headers } };
    for (let hops = 0; ; hops += 1) {
      guard.checkUrl(hop.url);
      request.checkUrl?.(hop.url);
      const response = await sent(hop);
      const { statusCode: status, body } = response;
      const location = response.headers['location'];
      const next = maxRedirects === 0 ? undefined : nextHop(hop, status, typeof location === 'string' ? location : undefined);
      if (next === undefined) {
        const encoding = hop.method === 'HEAD' ? '' : toText(response.headers['content-encoding']);
        const head = { status, headers: toHeaders(response.headers, encoding !== '') };
        const taker = large && { maxBytes: large.maxBytes, take: (parts: AsyncIterable<Uint8Array>) => large.take(head, parts) };
        return { ...head, body: await readBody(body, { encoding, maxBytes, large: taker, toError }) };
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
        throw error;
      }
    },
    close: () => agent.destroy(),
  };
};

const toText = (value: string | string[] | undefined): string => (Array.isArray(value) ? value.join(', ') : (value ?? ''));

/** A decoded body no longer has the encoding and length of the wire. */
const toHeaders = (raw: Readonly<Record<string, string | string[] | undefined>>, decoded: boolean): OutboundHead['headers'] => {
  const headers: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || (decoded && (name === 'content-encoding' || name === 'content-length'))) continue;
    headers[name] = name === 'set-cookie' ? [value].flat() : toText(value);
  }
  return { ...headers };
};
