import type { Flow, FlowVersion, SavedFlow } from '../../service/contract';
import type { z } from '../zod-openapi';
import type { FlowReply, SavedFlowReply, VersionDetailReply, VersionReply } from './flow-schema';

/** A flow in FlowRunner's members; `enabled` and the version numbers are ours. */
export const presentFlow = (flow: Flow): z.input<typeof FlowReply> => ({
  id: flow.id,
  name: flow.name,
  description: flow.description,
  version: flow.versionLabel,
  created_at: flow.createdAt.toISOString(),
  updated_at: flow.updatedAt.toISOString(),
  tags: [...flow.tags],
  enabled: flow.enabled,
  form: flow.form,
  latest_version: flow.latestVersion,
  ...(flow.publishedVersion !== undefined && { published_version: flow.publishedVersion }),
});

/** After a save; without warnings as the document shows it. */
export const presentSavedFlow = ({ warnings, ...flow }: SavedFlow): z.input<typeof SavedFlowReply> => ({
  ...presentFlow(flow),
  ...(warnings.length > 0 && { warnings: [...warnings] }),
});

export const presentVersion = (version: FlowVersion): z.input<typeof VersionReply> => ({
  flow_id: version.flowId,
  number: version.version,
  version: version.label,
  form: version.form,
  saved_by: version.savedBy,
  created_at: version.createdAt.toISOString(),
});

export const presentVersionDetail = (version: FlowVersion): z.input<typeof VersionDetailReply> => ({
  ...presentVersion(version),
  definition: version.definition,
  ...(version.inputSchema !== undefined && { input_schema: version.inputSchema }),
});
