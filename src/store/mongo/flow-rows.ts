import type { Json, Plan } from '../../flow';
import type { Flow, FlowVersion } from '../ports';
import type { FlowRow, FlowVersionRow } from './rows';
import { fromText, optional, fromOptionalText, toText } from './text';

export const flowRowOf = ({ id, tags, secretRefs, ...flow }: Flow): FlowRow => ({
  _id: id,
  ...flow,
  tags: [...tags],
  ...(secretRefs === undefined ? {} : { secretRefs: [...secretRefs] }),
  deleted: flow.deletedAt !== undefined,
});

export const flowOf = (row: FlowRow): Flow => ({
  id: row._id,
  workspace: row.workspace,
  name: row.name,
  description: row.description,
  tags: row.tags,
  ...optional('category', row.category),
  enabled: row.enabled,
  form: row.form,
  latestVersion: row.latestVersion,
  ...optional('publishedVersion', row.publishedVersion),
  versionLabel: row.versionLabel,
  ...optional('secretRefs', row.secretRefs),
  createdBy: row.createdBy,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  ...optional('deletedAt', row.deletedAt),
});

export const flowVersionRowOf = ({ plan, inputSchema, ...version }: FlowVersion): FlowVersionRow => ({
  _id: `${version.flowId}:${version.version}`,
  ...version,
  plan: toText(plan),
  ...(inputSchema === undefined ? {} : { inputSchema: toText(inputSchema) }),
});

export const flowVersionOf = ({ _id, plan, inputSchema, ...row }: FlowVersionRow): FlowVersion => ({
  ...row,
  plan: fromText(plan) as Plan,
  ...optional('inputSchema', fromOptionalText(inputSchema) as Json | undefined),
});
