import { defineRoute } from '../route';
import type { Route } from '../route';
import {
  FlowParams,
  ValidateRequest,
  ValidationReply,
  VersionDetailReply,
  VersionListQuery,
  VersionListReply,
  VersionParams,
} from './flow-schema';
import { presentVersion, presentVersionDetail } from './present-flow';

/** Definitions apart from the flow that holds them: checking one, and the numbered snapshots. */
export const versionRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/v1/flows/validate',
    operationId: 'validateFlow',
    summary: 'Validate a definition without storing it',
    description: 'Answers 200 with `valid: false` and all issues at once when the definition has faults.',
    tags: ['flows'],
    access: 'flows:write',
    body: ValidateRequest,
    reply: { status: 200, description: 'What is wrong with it, if anything.', schema: ValidationReply },
    handler: async ({ input, services, principal }) => {
      const { issues, warnings, ...report } = await services.flows.validate(principal, input.body.definition);
      return { body: { ...report, issues: [...issues], ...(warnings.length > 0 && { warnings: [...warnings] }) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/flows/{id}/versions',
    operationId: 'listFlowVersions',
    summary: 'Get the versions of a flow',
    tags: ['flows'],
    access: 'flows:read',
    params: FlowParams,
    query: VersionListQuery,
    reply: { status: 200, description: 'Newest first.', schema: VersionListReply },
    handler: async ({ input: { params, query }, services, principal }) => {
      const { limit, offset } = query;
      const page = await services.flows.listVersions(principal, params.id, { limit, offset });
      return { body: { versions: page.items.map(presentVersion), total: page.total, limit, offset } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/flows/{id}/versions/{n}',
    operationId: 'getFlowVersion',
    summary: 'Get one version of a flow',
    tags: ['flows'],
    access: 'flows:read',
    params: VersionParams,
    reply: { status: 200, description: 'The version with its definition.', schema: VersionDetailReply },
    handler: async ({ input: { params }, services, principal }) => ({
      body: presentVersionDetail(await services.flows.getVersion(principal, params.id, params.n)),
    }),
  }),
];
