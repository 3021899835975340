import { z } from '../zod-openapi';
import { FlagText, Id, JsonMembers, JsonValue, PlaysPaging, Time, pageSchema } from './common-schema';

const Name = z.string().trim().min(1).max(200);
const Category = z.string().trim().min(1).max(200);

/** Its members; what they hold is judged when the flow is compiled (422 with all faults). */
const layer = {
  name: z.string().optional(),
  ref: z.string().openapi({ description: 'Unique in the flow; `{{ $prev.<ref>.<member> }}` reads its output.' }),
  appId: z.string().optional().openapi({ description: 'The module; `module` is another name of this member.' }),
  module: z.string().optional(),
  index: z
    .number()
    .optional()
    .openapi({ description: 'The same index runs in parallel; a higher one after all lower ones. 0 when absent.' }),
  args: JsonMembers.optional(),
  filters: z.array(JsonMembers).optional().openapi({ description: '[{leftValue, operator, rightValue, mode: and | or}]' }),
  retry: JsonMembers.optional().openapi({ description: '{count, delayMs, backoffMultiplier, jitter}' }),
  timeout: z.number().optional().openapi({ description: 'Seconds of one try.' }),
  needsApproval: z.union([z.boolean(), JsonMembers]).optional(),
  onError: z.string().optional().openapi({ description: 'fail | continue | skip' }),
  deferAfterMs: z.number().optional(),
};
export const LayerRequest = z.strictObject(layer).openapi('LayerRequest');
export const LayerChange = z.strictObject(layer).partial().openapi('LayerChange');
export const LayerReply = z
  .looseObject({ id: z.string(), flowId: z.string(), ref: z.string() })
  .openapi('Layer', { description: 'As its author wrote it.' });
export const LayerList = z.array(LayerReply).openapi('LayerList');
export const LayerParams = z.strictObject({ id: Id, layerId: Id });

const members = {
  name: Name,
  description: z.string().max(10_000).optional(),
  category: Category.optional(),
  enabled: z.boolean().optional(),
  execution: JsonMembers.optional().openapi({ description: '{onFailFlowId, timeout in seconds}' }),
  layers: z
    .array(z.strictObject({ ...layer, id: z.string().optional() }))
    .max(500)
    .optional(),
};
export const CreateLayeredFlow = z.strictObject(members).openapi('CreateLayeredFlow');
export const UpdateLayeredFlow = z.strictObject(members).partial().openapi('UpdateLayeredFlow');

const reply = {
  id: z.string(),
  permanentId: z.string().openapi({ description: 'The same over all versions.' }),
  name: z.string(),
  description: z.string(),
  category: z.string().nullable(),
  enabled: z.boolean(),
  version: z.int().openapi({ description: 'One more with each change of the definition.' }),
  form: z.string(),
  createdAt: Time,
  updatedAt: Time,
};
export const FlowSummary = z.strictObject(reply).openapi('LayeredFlowSummary');
export const SavedLayeredFlow = z.strictObject({ ...reply, warnings: z.array(JsonValue).optional() }).openapi('SavedLayeredFlow');
export const LayeredFlowReply = z
  .strictObject({ ...reply, execution: JsonValue.optional(), layers: LayerList })
  .openapi('LayeredFlow', { description: 'A flow in another form shows no layers.' });
export const FlowPage = pageSchema(FlowSummary).openapi('LayeredFlowPage');
export const FlowsQuery = z.strictObject({ category: Category.optional(), enabled: FlagText.optional(), ...PlaysPaging });
export const Deleted = z.strictObject({ id: z.string(), deleted: z.literal(true) }).openapi('Deleted');
