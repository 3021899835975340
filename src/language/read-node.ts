import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../flow';
import type { FrameDraft, NodeDraft } from './draft';
import type { BlockSource, Reading } from './reading';
import { COMMON_FIELDS, COMPENSATE_FIELDS, FRAME_FIELDS, type FrameField, type NodeFields } from './node-fields';
import { collectParamUses } from './param-uses';
import type { Place } from './place';
import { readBlockFrames } from './read-frame';
import { checkShape } from './shape';
import { didYouMean } from './suggest';
import { COMPENSATE_TYPES, isNodeTypeName, NODE_TYPE_NAMES, NODE_TYPES, UNSUPPORTED_TYPES, type NodeTypeName } from './nodes';

/** Parts of FlowRunner definitions that are not available. */
const UNSUPPORTED_FIELDS: Readonly<Record<string, string>> = {
  batch: '`batch` is not supported; put the node into a `loop` with `items` and `concurrency`.',
  hooks: '`hooks` are not supported; put a `script` node before or after this one.',
};
const EDGE_FIELDS = ['next', 'needs', 'after', 'catch', 'join'] as const;
/** Fields that mean nothing on a node that ends the run. */
const AFTER_FIELDS = ['next', 'retry', 'catch', 'onError', 'timeout', 'compensate', 'outputMap'] as const;

/** Reads one node. Its faults go to the reading's issues; what could be read is kept, so that later checks go on. */
export const readNode = (id: string, raw: Json, place: Place, frame: FrameDraft, reading: Reading): NodeDraft => {
  reading.nodes += 1;
  const empty: NodeDraft = { id, place, fields: {}, edgesUnknown: true, frames: {}, reads: [] };
  if (!isJsonObject(raw)) {
    reading.issues.add('invalid_value', place, 'A node is a map with `type` and `params`; write it so.');
    return empty;
  }
  const rest = withoutUnsupported(raw, place, reading);
  const type = readType(rest['type'], place, reading);
  const allowed = type === undefined ? (Object.keys(FRAME_FIELDS) as FrameField[]) : NODE_TYPES[type].frames;
  const { fields, edgesUnknown } = readFields(rest, place, allowed, type, reading);
  if (fields.when !== undefined) reading.uses.push({ kind: 'expression', source: fields.when, place: [...place, 'when'], frame });
  if (type === undefined) return { ...empty, fields, edgesUnknown };

  const node = NODE_TYPES[type];
  if (node.ends) refuseAfterEnd(rest, type, place, reading);
  const params: JsonObject = isJsonObject(rest['params']) ? { ...rest['params'] } : {};
  const blocks = takeFrames(rest, params, place, reading, node.frames.includes('branches'));
  const use = node.read(params, [...place, 'params'], reading.issues);
  const frames = readBlockFrames(blocks, place, node.frames, use?.locals ?? guessLocals(type, params), frame, reading);
  const where = { kinds: node.kinds, frame, body: frames.body };
  reading.uses.push(...collectParamUses(params, [...place, 'params'], where, reading.warnings));
  const undo = rest['compensate'];
  const compensate = isJsonObject(undo) ? readCompensate(id, undo, [...place, 'compensate'], frame, reading) : undefined;
  return {
    id,
    place,
    type,
    fields,
    edgesUnknown,
    ...(use === undefined ? {} : { use }),
    frames,
    ...(compensate === undefined ? {} : { compensate }),
    reads: [],
  };
};

const withoutUnsupported = (raw: JsonObject, place: Place, reading: Reading): JsonObject => {
  const rest = { ...raw };
  for (const [field, advice] of Object.entries(UNSUPPORTED_FIELDS)) {
    if (!Object.hasOwn(rest, field)) continue;
    reading.issues.add('unsupported', [...place, field], advice);
    delete rest[field];
  }
  return rest;
};

const readType = (type: Json | undefined, place: Place, reading: Reading): NodeTypeName | undefined => {
  if (typeof type !== 'string') return undefined;
  if (isNodeTypeName(type)) return type;
  if (UNSUPPORTED_TYPES.includes(type))
    reading.issues.add('unsupported', [...place, 'type'], `Nodes of type \`${type}\` are not supported yet; use another type.`);
  else
    reading.issues.add(
      'unknown_type',
      [...place, 'type'],
      `There is no node type \`${type.slice(0, 100)}\`. Types: ${NODE_TYPE_NAMES.join(', ')}.`,
      () => didYouMean(type, [...NODE_TYPE_NAMES, ...UNSUPPORTED_TYPES]),
    );
  return undefined;
};

const schemas = new Map<string, z.ZodType>();
/** The strict schema of a node with these frame fields; `nodes` of a block is required, branches may stand in params. */
const nodeSchema = (frames: readonly FrameField[], typeKnown: boolean): z.ZodType => {
  const key = `${typeKnown}|${frames.join()}`;
  const known = schemas.get(key);
  if (known !== undefined) return known;
  const extra = frames.map((field) => [
    field,
    typeKnown && field === 'nodes' ? FRAME_FIELDS[field] : FRAME_FIELDS[field].optional(),
  ]);
  const schema = z.strictObject({ ...COMMON_FIELDS, ...(Object.fromEntries(extra) as Record<string, z.ZodType>) });
  schemas.set(key, schema);
  return schema;
};

const readFields = (
  raw: JsonObject,
  place: Place,
  frames: readonly FrameField[],
  type: NodeTypeName | undefined,
  reading: Reading,
): { fields: NodeFields; edgesUnknown: boolean } => {
  const whole = checkShape(nodeSchema(frames, type !== undefined), raw, place, reading.issues);
  if (whole !== undefined) return { fields: whole as NodeFields, edgesUnknown: false };
  const fields: Record<string, unknown> = {};
  let edgesUnknown = false;
  for (const [field, schema] of Object.entries(COMMON_FIELDS)) {
    const one = schema.safeParse(raw[field]);
    if (one.success) fields[field] = one.data;
    else if ((EDGE_FIELDS as readonly string[]).includes(field)) edgesUnknown = true;
  }
  return { fields, edgesUnknown };
};

const refuseAfterEnd = (raw: JsonObject, type: string, place: Place, reading: Reading): void => {
  for (const field of AFTER_FIELDS)
    if (Object.hasOwn(raw, field))
      reading.issues.add('field_not_allowed', [...place, field], `A \`${type}\` node ends the run; remove \`${field}\`.`);
};

/** The frame fields of a block; `branches` may be written in `params` too. */
const takeFrames = (raw: JsonObject, params: JsonObject, place: Place, reading: Reading, branches: boolean): BlockSource => {
  const source: BlockSource = { raw, branchesPlace: [...place, 'branches'], branches: raw['branches'] };
  if (!branches) return source;
  const inner = params['branches'];
  delete params['branches'];
  if (inner === undefined) {
    if (raw['branches'] === undefined)
      reading.issues.add(
        'missing_field',
        [...place, 'params', 'branches'],
        'Add the field `branches`: a map of name to `{nodes}`.',
      );
    return source;
  }
  if (raw['branches'] !== undefined)
    reading.issues.add('invalid_value', source.branchesPlace, 'Give `branches` once: in `params` or beside it.');
  return { raw, branchesPlace: [...place, 'params', 'branches'], branches: inner };
};

/** Params with a fault still give their names, so that the body is not full of unknown ones. */
const guessLocals = (type: NodeTypeName, params: JsonObject): readonly string[] =>
  type === 'loop' ? ['item', 'index', ...(typeof params['as'] === 'string' ? [params['as']] : [])] : [];

/** An undo: a call without edges, in the frame of its node. */
const readCompensate = (
  id: string,
  raw: JsonObject,
  place: Place,
  frame: FrameDraft,
  reading: Reading,
): NodeDraft | undefined => {
  const fields = checkShape(z.strictObject(COMPENSATE_FIELDS), raw, place, reading.issues);
  const type = readType(raw['type'], place, reading);
  if (type === undefined) return undefined;
  if (!COMPENSATE_TYPES.includes(type)) {
    reading.issues.add(
      'invalid_value',
      [...place, 'type'],
      `An undo is a single call (${COMPENSATE_TYPES.join(', ')}); use one of these.`,
    );
    return undefined;
  }
  const params = isJsonObject(raw['params']) ? raw['params'] : {};
  const use = NODE_TYPES[type].read(params, [...place, 'params'], reading.issues);
  reading.uses.push(
    ...collectParamUses(params, [...place, 'params'], { kinds: NODE_TYPES[type].kinds, frame }, reading.warnings),
  );
  return use === undefined || fields === undefined
    ? undefined
    : { id, place, type, fields, edgesUnknown: false, use, frames: {}, reads: [] };
};
