import { z } from 'zod';
import { isJsonObject, LIMITS, type Json } from '../flow';
import type { FrameDraft, NodeDraft } from './draft';
import { nameFault } from './fields';
import { FRAME_FIELDS, type FrameField } from './node-fields';
import type { Place } from './place';
import type { BlockSource, Reading } from './reading';
import { checkShape } from './shape';

interface FrameSource {
  readonly nodes: Json | undefined;
  readonly start: Json | undefined;
  readonly place: Place;
}
interface Surroundings {
  readonly locals: readonly string[];
  readonly parent?: FrameDraft;
}

/** Reads a map of nodes as one frame. */
export const readFrame = ({ nodes, start, place }: FrameSource, around: Surroundings, reading: Reading): FrameDraft => {
  const starts = FRAME_FIELDS.start.safeParse(start);
  const frame: FrameDraft = {
    place: [...place, 'nodes'],
    nodes: new Map(),
    ...(starts.success ? { start: starts.data } : {}),
    startPlace: [...place, 'start'],
    locals: around.locals,
    ...(around.parent === undefined ? {} : { parent: around.parent }),
  };
  if (!isJsonObject(nodes)) return frame;
  const names = Object.entries(nodes);
  if (names.length === 0 && !(reading.mayBeEmpty && around.parent === undefined))
    reading.issues.add('missing_field', frame.place, 'Add at least one node.');
  for (const [id, raw] of names) {
    // Refused as a whole: reading on would cost time and tell little.
    if (reading.nodes > LIMITS.flowNodes) break;
    const fault = nameFault(id);
    if (fault !== undefined) reading.issues.add('invalid_name', [...frame.place, id], fault);
    frame.nodes.set(id, reading.readNode(id, raw, [...frame.place, id], frame, reading));
  }
  return frame;
};

const nestedFrame = z.strictObject({ nodes: FRAME_FIELDS.nodes, start: FRAME_FIELDS.start.optional() });

/** A frame written as `{nodes, start?}`: a branch, a `finally`. */
export const readNestedFrame = (raw: Json, place: Place, around: Surroundings, reading: Reading): FrameDraft => {
  checkShape(nestedFrame, raw, place, reading.issues);
  const source = isJsonObject(raw) ? raw : {};
  return readFrame({ nodes: source['nodes'], start: source['start'], place }, around, reading);
};

/** The frames of a block. The shape of the node itself has been checked. */
export const readBlockFrames = (
  source: BlockSource,
  place: Place,
  fields: readonly FrameField[],
  locals: readonly string[],
  parent: FrameDraft,
  reading: Reading,
): NodeDraft['frames'] => {
  const { raw } = source;
  const body = fields.includes('nodes')
    ? readFrame({ nodes: raw['nodes'], start: raw['start'], place }, { locals, parent }, reading)
    : undefined;
  const finale = raw['finally'];
  const branches = fields.includes('branches') ? readBranches(source, parent, reading) : undefined;
  return {
    ...(body === undefined ? {} : { body }),
    ...(branches === undefined ? {} : { branches }),
    // What runs after the body sees its nodes.
    ...(fields.includes('finally') && finale !== undefined
      ? { finally: readNestedFrame(finale, [...place, 'finally'], { locals: [], parent: body ?? parent }, reading) }
      : {}),
  };
};

const readBranches = (source: BlockSource, parent: FrameDraft, reading: Reading): ReadonlyMap<string, FrameDraft> => {
  const branches = new Map<string, FrameDraft>();
  const { branches: raw, branchesPlace: place } = source;
  if (raw === undefined) return branches;
  if (!isJsonObject(raw) || Object.keys(raw).length === 0) {
    reading.issues.add('invalid_value', place, '`branches` is a map of name to `{nodes}` with at least one branch.');
    return branches;
  }
  for (const [name, branch] of Object.entries(raw)) {
    const fault = nameFault(name);
    if (fault !== undefined) reading.issues.add('invalid_name', [...place, name], fault);
    branches.set(name, readNestedFrame(branch, [...place, name], { locals: [], parent }, reading));
  }
  return branches;
};
