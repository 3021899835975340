import type { OpenApiDocument } from '../openapi';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';

const Probe = z.strictObject({ status: z.literal('ok') });
const Readiness = z
  .strictObject({
    status: z.enum(['ready', 'unavailable']),
    checks: z.record(z.string(), z.enum(['ok', 'down'])),
  })
  .openapi('Readiness');
/** Probes and browsers add what they like; nothing of it is read. */
const AnyQuery = z.looseObject({});

/** Liveness, readiness and the API's own description; all public. */
export function createSystemRoutes(document: () => OpenApiDocument): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/healthz',
      operationId: 'getHealth',
      summary: 'Is the process alive?',
      description: 'Asks no dependency.',
      tags: ['system'],
      access: 'public',
      query: AnyQuery,
      reply: { status: 200, description: 'The process answers.', schema: Probe },
      handler: async () => ({ body: { status: 'ok' as const } }),
    }),
    defineRoute({
      method: 'get',
      path: '/readyz',
      operationId: 'getReadiness',
      summary: 'Can it serve?',
      description: 'Asks Temporal and MongoDB, each with a limit of one second; names only.',
      tags: ['system'],
      access: 'public',
      query: AnyQuery,
      reply: { status: 200, description: 'All dependencies answer.', schema: Readiness },
      also: { 503: 'A dependency is down; the body names it.' },
      handler: async ({ services }) => {
        const { ready, checks } = await services.readiness();
        if (ready) return { body: { status: 'ready' as const, checks } };
        return { status: 503, headers: { 'retry-after': '5' }, body: { status: 'unavailable' as const, checks } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/openapi.json',
      operationId: 'getOpenApi',
      summary: 'This document',
      tags: ['system'],
      access: 'public',
      query: AnyQuery,
      reply: { status: 200, description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) },
      handler: async () => ({ body: { ...document() } }),
    }),
  ];
}
