import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { toDialect } from './dialect';
import type { Route } from './route';
import { createSessionCookie } from './session-cookie';
import { z } from './zod-openapi';

export interface DocumentInfo {
  readonly version: string;
  /** Public base URL of the service; comes from the configuration, never from a request's Host. */
  readonly publicUrl: string;
}
export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const ErrorReply = z
  .strictObject({
    error: z.strictObject({
      code: z.string().openapi({ description: 'Stable, e.g. `not_found`.' }),
      message: z.string(),
      details: z
        .looseObject({ field: z.string().optional(), reason: z.string().optional(), issues: z.array(z.unknown()).optional() })
        .openapi({ description: '{field, reason} of the first issue and `issues: [all]` where input was refused.' }),
    }),
  })
  .openapi('Error');
const PlaysErrorReply = z
  .strictObject({
    error: z.string().openapi({ description: 'Stable, e.g. `NOT_FOUND`.' }),
    message: z.string(),
    statusCode: z.int(),
    details: z.looseObject({ issues: z.array(z.unknown()).optional() }).optional(),
  })
  .openapi('PlaysError');
const ProblemReply = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    requestId: z.string(),
  })
  .openapi('Problem', { description: 'RFC 9457; answered when Accept prefers application/problem+json.' });

const REFUSALS = {
  400: 'The request itself is wrong: JSON, an unknown, missing or mistyped member, a bad query.',
  401: 'The credential is missing or not valid.',
  403: 'The role, or the API key, may not do this.',
  404: 'Nothing with this id in the workspace.',
  413: 'The body is larger than 1 MiB.',
  415: 'The body is not application/json.',
  500: 'A fault of the service; the text is hidden, the request id is given.',
  503: 'Temporal or MongoDB does not answer; Retry-After says when to ask again.',
} as const;

/** The OpenAPI 3.1 document of the routes, made of the very schemas that validate them. */
export function createOpenApiDocument(routes: readonly Route[], info: DocumentInfo): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT or API key' });
  registry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: createSessionCookie(info.publicUrl).name,
  });
  for (const route of routes) registry.registerPath(toOperation(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Reprise',
      version: info.version,
      description:
        'Durable execution for flows: a flow is data, one HTTP call starts a run, the run survives crashes, deploys and month-long waits.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // The relative one is right wherever the document was read from.
    servers: [{ url: '/' }, { url: info.publicUrl }],
  });
}

function toOperation(route: Route): RouteConfig {
  const { params, query, headers, body } = route;
  const bodyType = route.bodyIsForm === true ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    method: route.method,
    path: route.path,
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [...route.tags],
    security: toSecurity(route),
    ...(route.access !== 'public' && { 'x-access': route.access }),
    request: {
      ...(params !== undefined && { params }),
      ...(query !== undefined && { query }),
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && {
        body: { required: !body.safeParse({}).success, content: { [bodyType]: { schema: body } } },
      }),
    },
    responses: toResponses(route),
  };
}

/** An empty requirement beside another makes it optional. */
function toSecurity({ access, path }: Route): Record<string, string[]>[] {
  if (access === 'public') return [];
  if (toDialect(path) === 'plays') return [{ bearer: [] }, { cookie: [] }];
  return access === 'refresh' ? [{ bearer: [] }, {}] : [{ bearer: [] }];
}

function toResponses(route: Route): Record<string, ResponseConfig> {
  const { status, description, schema, contentType = 'application/json', streams = [] } = route.reply;
  const streamed = Object.fromEntries(streams.map((type) => [type, { schema: z.string() }]));
  const responses: Record<string, ResponseConfig> = {
    [status]: { description, content: { [contentType]: { schema }, ...streamed } },
  };
  for (const [other, text] of Object.entries(route.also ?? {})) {
    responses[other] = { description: text, ...(other !== '204' && { content: { [contentType]: { schema } } }) };
  }
  for (const [refusal, text] of Object.entries({ ...impliedRefusals(route), ...route.refuses })) {
    responses[refusal] ??= {
      description: text,
      content: { 'application/json': { schema: errorReplyOf(route) }, 'application/problem+json': { schema: ProblemReply } },
    };
  }
  return responses;
}

const errorReplyOf = ({ path }: Route) => (toDialect(path) === 'plays' ? PlaysErrorReply : ErrorReply);

function impliedRefusals(route: Route): Record<number, string> {
  const takesInput = route.access !== 'public' || route.body !== undefined;
  return {
    ...(takesInput && { 400: REFUSALS[400], 503: REFUSALS[503] }),
    ...(route.access !== 'public' && { 401: REFUSALS[401], 403: REFUSALS[403] }),
    ...(route.params !== undefined && { 404: REFUSALS[404] }),
    ...(route.body !== undefined && { 413: REFUSALS[413], 415: REFUSALS[415] }),
    500: REFUSALS[500],
  };
}
