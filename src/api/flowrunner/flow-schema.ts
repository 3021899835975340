import { FLOW_FORMS } from '../../flow';
import { z } from '../zod-openapi';
import { Id, JsonValue, Paging, PagingReply, Time } from './common-schema';

const Name = z.string().trim().min(1).max(200);
const Description = z.string().max(4096);
const Tags = z.array(z.string().trim().min(1).max(64)).max(50);
const Definition = z
  .string()
  .min(1)
  .openapi({ description: 'The definition as text, YAML or JSON; it reads back byte for byte.' });
const isNotEmpty = (body: object): boolean => Object.values(body).some((member) => member !== undefined);
const NOT_EMPTY = { error: 'must have at least one member' };

export const FlowParams = z.strictObject({ id: Id });
export const VersionParams = z.strictObject({
  id: Id,
  n: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number)
    .openapi({ type: 'integer', minimum: 1 }),
});
export const FlowListQuery = z.strictObject({
  tag: z.string().min(1).max(64).optional().openapi({ description: 'Filter by tag.' }),
  ...Paging,
});
export const VersionListQuery = z.strictObject({ ...Paging });

export const CreateFlowRequest = z
  .strictObject({
    name: Name.optional().openapi({ description: 'Falls back to `metadata.name` of the definition.' }),
    description: Description.optional(),
    definition: Definition,
    tags: Tags.optional(),
  })
  .openapi('CreateFlowRequest');
export const UpdateFlowRequest = z
  .strictObject({
    name: Name.optional(),
    description: Description.optional(),
    definition: Definition.optional(),
    tags: Tags.optional(),
    enabled: z.boolean().optional().openapi({ description: 'False refuses new runs.' }),
  })
  .refine(isNotEmpty, NOT_EMPTY)
  .openapi('UpdateFlowRequest');
export const PatchFlowRequest = z
  .strictObject({ name: Name.optional(), description: Description.optional() })
  .refine(isNotEmpty, NOT_EMPTY)
  .openapi('PatchFlowRequest');
export const ValidateRequest = z.strictObject({ definition: Definition }).openapi('ValidateRequest');
export const OptionalVersion = z.int().min(1).max(999_999_999);

const IssueReply = z.strictObject({
  code: z.string(),
  path: z.string().openapi({ example: 'nodes.fetch.next.ok' }),
  line: z.int().optional().openapi({ description: 'From 1.' }),
  message: z.string(),
  suggestion: z.string().optional(),
});

export const FlowReply = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    version: z.string().openapi({ description: '`metadata.version`, as the author wrote it.' }),
    created_at: Time,
    updated_at: Time,
    tags: z.array(z.string()),
    enabled: z.boolean(),
    form: z.enum(FLOW_FORMS).openapi({ description: 'How the definition is written, told by its top level.' }),
    latest_version: z.int().openapi({ description: 'Number of the newest version.' }),
    published_version: z.int().optional().openapi({ description: 'Number of the version that a start takes.' }),
  })
  .openapi('Flow');
export const SavedFlowReply = FlowReply.extend({
  warnings: z.array(IssueReply).optional().openapi({
    description: 'Of the definition: what is legal and probably not meant, or missing for a start (`secret_missing`).',
  }),
}).openapi('SavedFlow');
export const FlowDetailReply = FlowReply.extend({ definition: z.string() }).openapi('FlowDetail');
export const FlowListReply = z.strictObject({ flows: z.array(FlowReply), ...PagingReply }).openapi('FlowList');

export const VersionReply = z
  .strictObject({
    flow_id: z.string(),
    number: z.int(),
    version: z.string().openapi({ description: '`metadata.version` of this definition.' }),
    form: z.string(),
    saved_by: z.string().openapi({ description: 'The account whose secrets a run of this version uses.' }),
    created_at: Time,
  })
  .openapi('FlowVersion');
export const VersionDetailReply = VersionReply.extend({ definition: z.string(), input_schema: JsonValue.optional() }).openapi(
  'FlowVersionDetail',
);
export const VersionListReply = z.strictObject({ versions: z.array(VersionReply), ...PagingReply }).openapi('FlowVersionList');

export const ValidationReply = z
  .strictObject({
    valid: z.boolean(),
    issues: z.array(IssueReply),
    warnings: z
      .array(IssueReply)
      .optional()
      .openapi({ description: 'What is legal and probably not meant, or missing for a start.' }),
    name: z.string().optional(),
    nodes: z.int().optional().openapi({ description: 'How many nodes the definition has.' }),
  })
  .openapi('ValidationReport');
