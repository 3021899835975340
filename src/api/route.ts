import type { Readable } from 'node:stream';
import { z } from 'zod';
import { RepriseError } from '../flow';
import type { Principal, RequestOrigin } from '../flow';
import type { Services } from '../service/contract';
import { assertAccess, isGated } from './access';
import type { Access, GatedAccess } from './access';
import { parseInput, parseParams } from './validate';

type HttpMethod = 'get' | 'post' | 'put' | 'delete';

/** What a route takes before validation; the body is read only when the route wants one. */
interface RawCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly hasBody: boolean;
  /** @param form the body is an HTML form */
  readonly readBody: (form: boolean) => Promise<unknown>;
  readonly principal: Principal | undefined;
  readonly services: Services;
  /** The token of the Authorization header, judged by the gate or by nobody yet. */
  readonly bearer: string | undefined;
  readonly request: RequestOrigin;
  /** Calls back when the caller has gone, or has its reply. */
  readonly onGone: (listener: () => void) => void;
}
export interface RouteReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

type Shape = z.ZodObject;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** The typed, validated input of a handler. */
interface RouteInput<P, Q, H, B> {
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly headers: Parsed<H>;
  readonly body: Parsed<B>;
}
interface Call<P, Q, H, B> {
  readonly input: RouteInput<P, Q, H, B>;
  readonly services: Services;
  readonly request: RequestOrigin;
  readonly onGone: RawCall['onGone'];
}
/** What a handler answers: the documented body, and a status only where it is not the documented one. */
interface Answer<R extends z.ZodType> {
  readonly body: z.input<R>;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What it answers to those who accept one of its stream types: sent as it comes. */
interface StreamAnswer {
  readonly stream: Readable;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Declaration<P, Q, H, B, R extends z.ZodType> {
  readonly method: HttpMethod;
  /** In OpenAPI's form: `/api/v1/flows/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly params?: P;
  readonly query?: Q;
  /** Only the headers that mean something to the route; others pass. Names in lower case. */
  readonly headers?: H;
  readonly body?: B;
  /** The body is what an HTML form sends: an object of texts. */
  readonly bodyIsForm?: true;
  readonly reply: {
    readonly status: 200 | 201;
    readonly description: string;
    readonly schema: R;
    readonly contentType?: string;
    /** Content types of streams that it answers instead, to those who accept them. */
    readonly streams?: readonly string[];
  };
  /** Other statuses that answer the documented body. */
  readonly also?: Readonly<Record<number, string>>;
  /** Refusals beside those that follow from the parts above (400, 401, 403, 404, 413, 415, 500, 503). */
  readonly refuses?: Readonly<Record<number, string>>;
}
interface OpenDeclaration<P, Q, H, B, R extends z.ZodType> extends Declaration<P, Q, H, B, R> {
  readonly access: 'public' | 'refresh';
  readonly handler: (call: Call<P, Q, H, B> & Pick<RawCall, 'bearer'>) => Promise<Answer<R> | StreamAnswer>;
}
interface GatedDeclaration<P, Q, H, B, R extends z.ZodType> extends Declaration<P, Q, H, B, R> {
  /** What a caller must have; exactly one word, looked at before anything of the request is read. */
  readonly access: GatedAccess;
  readonly handler: (call: Call<P, Q, H, B> & { readonly principal: Principal }) => Promise<Answer<R> | StreamAnswer>;
}

/** A declared route: what the router mounts and what the OpenAPI document is made of. */
export interface Route extends Omit<
  Declaration<Shape, Shape, Shape, z.ZodType, z.ZodType>,
  'params' | 'query' | 'headers' | 'body'
> {
  readonly access: Access;
  readonly params: Shape | undefined;
  readonly query: Shape | undefined;
  readonly headers: Shape | undefined;
  readonly body: z.ZodType | undefined;
  /** Access, then address, query and headers, then body: nothing is read for a caller who may not ask. */
  readonly handle: (call: RawCall) => Promise<RouteReply>;
}

/** Declares a route once: its validators, its documentation and its handler. */
export function defineRoute<
  R extends z.ZodType,
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  H extends Shape | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(declaration: OpenDeclaration<P, Q, H, B, R> | GatedDeclaration<P, Q, H, B, R>): Route {
  const answer = async (raw: RawCall): Promise<Answer<R> | StreamAnswer> => {
    if (!isGatedDeclaration(declaration)) {
      // Who shows nothing that could be judged is told so before anything is read.
      if (declaration.access === 'refresh' && raw.bearer === undefined && !raw.hasBody) throw noCredential();
      return declaration.handler({ ...(await toCall(declaration, raw)), bearer: raw.bearer });
    }
    const principal = raw.principal;
    if (principal === undefined) throw noCredential();
    assertAccess(principal, declaration.access);
    return declaration.handler({ ...(await toCall(declaration, raw)), principal });
  };
  const { params, query, headers, body, reply, ...rest } = declaration;
  return {
    ...rest,
    reply,
    params,
    query,
    headers,
    body,
    handle: async (raw) => {
      const answered = await answer(raw);
      if ('stream' in answered) {
        const { stream, contentType, headers: extra = {} } = answered;
        return { status: reply.status, contentType, body: stream, headers: extra };
      }
      const { body: content, status = reply.status, headers: extra = {} } = answered;
      return { status, contentType: reply.contentType ?? 'application/json', body: content, headers: extra };
    },
  };
}

const noCredential = (): RepriseError => new RepriseError('unauthorized', 'Authentication is required: log in.');

const isGatedDeclaration = <P, Q, H, B, R extends z.ZodType>(
  declaration: OpenDeclaration<P, Q, H, B, R> | GatedDeclaration<P, Q, H, B, R>,
): declaration is GatedDeclaration<P, Q, H, B, R> => isGated(declaration.access);

const NO_QUERY = z.strictObject({});

async function toCall<P, Q, H, B>(
  declaration: Pick<Declaration<P, Q, H, B, z.ZodType>, 'params' | 'query' | 'headers' | 'body' | 'bodyIsForm'>,
  raw: RawCall,
): Promise<Call<P, Q, H, B>> {
  const { params, query, headers, body, bodyIsForm = false } = declaration;
  const input = {
    params: isSchema(params) ? parseParams(params, raw.params) : undefined,
    // A query that a route does not declare is as unknown as a member of one that it does.
    query: parseInput(isSchema(query) ? query : NO_QUERY, raw.query, 'query'),
    headers: isSchema(headers) ? parseInput(headers, raw.headers, 'header') : undefined,
    body: isSchema(body) ? parseInput(body, await raw.readBody(bodyIsForm), 'body') : undefined,
  };
  // Each member is parsed by the very schema that gives its type, or absent with it.
  return { input: input as RouteInput<P, Q, H, B>, services: raw.services, request: raw.request, onGone: raw.onGone };
}

const isSchema = (schema: unknown): schema is z.ZodType => schema !== undefined;
